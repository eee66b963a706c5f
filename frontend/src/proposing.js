// The proposal form: entries that a new one may already be, and the draft kept in this browser.
import "./proposing/likely.js";
import "./proposing/draft.js";
