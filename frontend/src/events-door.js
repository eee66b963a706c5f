// The page at the door: reads codes, goes on without a network, sends what it read when it is back.
import { mountDoor } from "./events/door.js";

const root = document.querySelector("[data-door]");
if (root) mountDoor(root);
