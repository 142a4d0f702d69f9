// The pane of one case: which case it shows, and showing another. A key never acts on a case that is not there yet.

import { say, sentence } from "./say.js";
import { rowOf, rows } from "./grid.js";

const pane = () => document.getElementById("case");
const desk = () => document.querySelector(".desk");
let loading = null;
let timer = 0;

/** The number of the case that the pane shows, or null. */
export const shown = () => pane()?.querySelector("article[data-case]")?.dataset.case ?? null;
export const isOpen = () => shown() !== null && getComputedStyle(pane()).display !== "none";
export const article = () => pane()?.querySelector("article[data-case]") ?? null;

/** Show a case. Says whether it is there: another one that was asked for meanwhile wins. */
export async function open(id, { focus = false, again = false } = {}) {
  clearTimeout(timer);
  if (!again && shown() === String(id)) {
    show(id, focus);
    return true;
  }
  loading?.abort();
  const mine = (loading = new AbortController());
  try {
    const answer = await fetch(`/cases/${id}?pane=1`, { headers: { "HX-Request": "true" }, signal: mine.signal });
    if (!answer.ok) throw new Error(String(answer.status));
    const html = await answer.text();
    if (mine.signal.aborted) return false;
    document.dispatchEvent(new CustomEvent("case:leaving", { detail: { id: shown() } }));
    pane().innerHTML = html;
    pane().scrollTop = 0;
    window.htmx.process(pane());
    show(id, focus);
    document.dispatchEvent(new CustomEvent("case:shown", { detail: { id: String(id) } }));
    return true;
  } catch (error) {
    if (error.name !== "AbortError") say(sentence(error instanceof TypeError ? "offline" : "failed"));
    return false;
  }
}

/** Show it when the keys have come to rest: going down the list quickly does not load every case on the way. */
export function follow(id) {
  clearTimeout(timer);
  timer = setTimeout(() => open(id), 110);
}

function show(id, focus) {
  const known = desk();
  if (!known) return;
  const wasOpen = "open" in known.dataset;
  known.dataset.open = "";
  for (const row of rows()) row.toggleAttribute("data-open", row.dataset.case === String(id));
  const url = new URL(location.href);
  url.searchParams.set("case", id);
  const narrow = matchMedia("(max-width: 799px)").matches;
  history[narrow && !wasOpen ? "pushState" : "replaceState"]({ case: String(id) }, "", url);
  if (focus) pane().focus({ preventScroll: true });
}

/** Close the pane; on a phone this is the way back to the list. */
export function close() {
  const known = desk();
  if (!known) return false;
  delete known.dataset.open;
  const url = new URL(location.href);
  url.searchParams.delete("case");
  history.replaceState(null, "", url);
  return true;
}

export function start() {
  window.addEventListener("popstate", (event) => {
    const id = event.state?.case ?? new URL(location.href).searchParams.get("case");
    if (id) open(id);
    else close();
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-opens]");
    if (!link || !desk() || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    const row = link.closest("[data-case]");
    if (row && rowOf(row.dataset.case)) document.dispatchEvent(new CustomEvent("row:opened", { detail: { row } }));
    open(row.dataset.case);
  });
}
