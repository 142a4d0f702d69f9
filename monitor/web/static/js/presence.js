// Saying which case one is at, and whether an answer is being written, so that colleagues see it.

const BEAT = 15000;
const WRITING = 60000; // milliseconds since the last letter in which one still counts as writing
let at = null;
let wroteAt = -Infinity;
let said = null;

const writing = () => performance.now() - wroteAt < WRITING;

function beat() {
  if (at === null || document.hidden) return;
  said = writing() ? "replying" : "viewing";
  const body = new URLSearchParams({ case: at, doing: said });
  fetch("/presence", { method: "POST", body, headers: { "HX-Request": "true" } }).catch(() => {});
}

/** The page may be gone before an answer comes: a beacon still arrives. */
function leave() {
  if (at !== null) navigator.sendBeacon("/presence/leave", new URLSearchParams({ case: at }));
}

/** Be at a case, or (null) at none. */
export function be(id) {
  if (id === at) return;
  leave();
  at = id;
  wroteAt = -Infinity;
  beat();
}

export function start() {
  setInterval(beat, BEAT);
  document.addEventListener("input", (event) => {
    if (!event.target.closest?.("#reply textarea")) return;
    wroteAt = performance.now();
    if (said !== "replying") beat();
  });
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : beat()));
  window.addEventListener("pagehide", leave);
}
