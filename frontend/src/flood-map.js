// The map of a river with its gauges, drawn over the plain drawing that the page brings along.
import { mountValley } from "./flood/valley.js";

const element = document.getElementById("talkarte");
if (element) mountValley(element);
