// The page in a browser against the real server: each view at 390 and 1,280 pixels, a run from the form to its grid, the
// game, a quiz, a drawing, errors in words; no console error, no request to another host, no serious finding of axe-core.
// GANNET names the program; GANNET_PAGE a server that runs already.
import "./page/views.mjs";
import "./page/game.mjs";
import "./page/play.mjs";
import "./page/runs.mjs";
import "./page/access.mjs";
