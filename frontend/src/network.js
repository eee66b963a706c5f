// The network of the Landkarte: the relations as a drawing that moves, beside the list of them.
import { mountNetwork } from "./network/mount.js";

const element = document.getElementById("netz");
if (element) mountNetwork(element);
