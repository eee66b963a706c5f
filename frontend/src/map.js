// The map of the Landkarte, drawn over the plain drawing that the page brings along.
import { mountMap } from "./map/mount.js";

const element = document.getElementById("landkarte");
if (element) mountMap(element);

export { mountMap };
