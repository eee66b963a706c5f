// What every page does beyond plain HTML. Reading needs none of it.
import "htmx.org/dist/htmx.esm.js";
import "./scripts/theme.js";
import "./scripts/panels.js";
import "./scripts/form-errors.js";
import "./scripts/home-map.js";
