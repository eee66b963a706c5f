// The Landkarte beyond plain HTML: completions while typing, and results without a new page.
// Everything here also works without it, by the submit button and plain links.
import { combobox } from "./directory/combobox.js";
import { finder } from "./directory/finder.js";

for (const input of document.querySelectorAll("input[data-suggest-url]")) combobox(input);
const form = document.querySelector("form[data-finder]");
if (form) finder(form);
