// Hydrographs that can be read with pointer and keys, and the slider over past forecasts.
import { mountChart } from "./flood/chart.js";
import { mountReplay } from "./flood/replay.js";

const replay = document.querySelector("[data-replay]");
if (replay) mountReplay(replay);
else mountChart();
