// The loop of the work: go down the list, open, act, go on. Everything here presses a button that is on the page.

import * as grid from "./grid.js";
import * as keys from "./keys.js";
import * as live from "./live.js";
import * as news from "./news.js";
import * as pane from "./pane.js";
import * as presence from "./presence.js";

const CLOSING = new Set(["resolve", "dismiss", "snooze", "merge"]);
const ON_CASE = [
  "claim", "assign", "resolve", "resolve-next", "dismiss", "snooze", "reply", "template", "note", "tags", "accept", "complaint",
  "not-complaint", "severity", "why", "row-menu", ...Array.from({ length: 9 }, (_, n) => `cause-${n + 1}`),
];
const desk = () => document.querySelector(".desk");
const inPane = () => document.getElementById("case")?.contains(document.activeElement) ?? false;

/** The case that a key acts on: the one being read, where the focus is in it, else the row that has it. */
function meant() {
  if (!desk() || inPane()) return pane.shown();
  return grid.current()?.dataset.case ?? pane.shown();
}

/** Actions that wait for their answer, by case: the next key waits too, since it means the case as it then is. */
const pending = new Map();

/** Press the button of the case that is meant; it is opened first where the pane shows another one. */
async function onCase(does) {
  let id = meant();
  while (pending.has(id)) {
    await pending.get(id).promise;
    id = meant();
  }
  if (!id || !(await pane.open(id))) return;
  if (!keys.press(does, pane.article())) keys.press(does, document.getElementById("case"));
}

function go(step) {
  if (!grid.rows().length) return false;
  const row = inPane() ? grid.beside(grid.rowOf(pane.shown()), step) : grid.move(step);
  if (inPane() && row) grid.put(row);
  if (row && pane.isOpen()) pane.follow(row.dataset.case);
}

function select(step) {
  const row = grid.current();
  grid.choose(row, step ? true : undefined);
  if (step) grid.choose(grid.move(step), true);
}

function post(step) {
  const all = [...document.querySelectorAll("[data-post]")];
  const at = all.findIndex((one) => one.contains(document.activeElement));
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function back() {
  if (!desk()) return void (location.href = document.querySelector('[data-does="back"]')?.href ?? "/queue");
  if (matchMedia("(max-width: 799px)").matches) pane.close();
  grid.put(grid.rowOf(pane.shown()) ?? grid.current());
}

/** After a case is done with: the next that is not, opened where a case was open. */
function goOn(id) {
  const next = grid.beside(grid.rowOf(id), 1, { open: true }) ?? grid.beside(grid.rowOf(id), -1, { open: true });
  if (!next) return grid.put(grid.rowOf(id));
  grid.put(next);
  if (pane.isOpen()) pane.open(next.dataset.case);
}

/** What “next for me” gave before: it gives something else now. */
function passedOver() {
  return (sessionStorage.getItem("passed-over") ?? "").split(",").filter(Boolean);
}

/** Paint at once that something is being done; the answer redraws the row. */
function busy(form, on) {
  const id = form.closest("[data-case]")?.dataset.case;
  grid.rowOf(id)?.toggleAttribute("data-busy", on);
  return id;
}

function wait(id) {
  const one = {};
  one.promise = new Promise((done) => (one.done = done));
  pending.set(id, one);
}

/** What has been typed and not sent outlives the drawing of the case; what was just sent does not. */
function unsent(form) {
  const fields = [...(pane.article()?.querySelectorAll("textarea[id]") ?? [])];
  return fields.filter((field) => field.form !== form && field.value !== field.defaultValue).map((f) => [f.id, f.value]);
}

function afterAction({ detail: { ctx } }) {
  const form = ctx.sourceElement;
  if (!form?.matches?.("[data-acts]") || !(ctx.response?.status < 300)) return;
  const id = ctx.caseActedOn;
  if (!desk() || !id || !CLOSING.has(form.dataset.acts)) return;
  if (ctx.takesNext) document.querySelector('[data-does="take-next"]')?.click();
  else if (desk().dataset.goOn === "on") goOn(id);
}

function actions() {
  document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
    if (ctx.sourceElement?.matches?.("[data-next]")) ctx.request.body.set("skip", passedOver().join(","));
  });
  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    if (!ctx.sourceElement?.matches?.("[data-acts]")) return;
    ctx.caseActedOn = busy(ctx.sourceElement, true);
    if (ctx.caseActedOn) wait(ctx.caseActedOn);
    ctx.takesNext = ctx.request.submitter?.dataset.then === "next";
  });
  document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
    ctx.focusedRow = document.activeElement?.closest?.('[role="row"][data-case]')?.id ?? null;
    ctx.focusedDoes = document.activeElement?.dataset?.does ?? null;
    ctx.currentRow = grid.current()?.id ?? null;
    ctx.unsent = unsent(ctx.sourceElement);
    ctx.unsentOf = pane.shown();
    ctx.picked = ctx.sourceElement?.matches?.("[data-bulk]") ? [] : grid.chosen().map((row) => row.id);
  });
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    for (const id of ctx.picked ?? []) grid.choose(document.getElementById(id), true);
    for (const [id, words] of (ctx.unsentOf === pane.shown() && ctx.unsent) || []) {
      const field = document.getElementById(id);
      if (!field) continue;
      field.value = words;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const row = document.getElementById(ctx.currentRow);
    if (row) grid.put(row, { focus: ctx.focusedRow === row.id && document.activeElement === document.body });
    grid.tidy();
    grid.rowOf(pane.shown())?.toggleAttribute("data-open", true);
    if (document.activeElement === document.body && ctx.focusedDoes) {
      const again = pane.article()?.querySelector(`[data-does="${CSS.escape(ctx.focusedDoes)}"]`);
      (again ?? document.getElementById("case"))?.focus({ preventScroll: true });
    }
    afterAction({ detail: { ctx } });
  });
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    if (!ctx.caseActedOn) return;
    grid.rowOf(ctx.caseActedOn)?.removeAttribute("data-busy");
    pending.get(ctx.caseActedOn)?.done();
    pending.delete(ctx.caseActedOn);
  });
  // The server says which case to look at now: the one that “next for me” gave.
  document.addEventListener("case:take", ({ detail }) => {
    sessionStorage.setItem("passed-over", [...passedOver(), detail.id].slice(-50).join(","));
    const row = grid.rowOf(detail.id);
    if (row) grid.put(row);
    pane.open(detail.id, { focus: !row });
  });
}

function bind() {
  keys.on("next", () => go(1));
  keys.on("previous", () => go(-1));
  keys.on("open", () => {
    const id = meant();
    if (id) pane.open(id, { focus: true });
  });
  keys.on("back", back);
  keys.on("next-post", () => post(1));
  keys.on("previous-post", () => post(-1));
  keys.on("select", () => select(0));
  keys.on("select-down", () => select(1));
  keys.on("select-up", () => select(-1));
  keys.on("select-all", () => grid.chooseAll(true));
  keys.on("select-none", () => grid.chooseAll(false));
  keys.on("refresh", () => location.reload());
  for (const does of ON_CASE) keys.on(does, () => void onCase(does));
  for (const does of ["select-all", "select-none"]) {
    document.querySelector(`[data-does="${does}"]`)?.addEventListener("click", () => keys.perform(does));
  }
}

function attend() {
  document.addEventListener("case:shown", ({ detail }) => presence.be(detail.id));
  document.addEventListener("row:opened", ({ detail }) => grid.put(detail.row));
  document.addEventListener("click", (event) => {
    if (event.target.closest?.('[data-does="reply"]')) document.querySelector("#reply textarea")?.focus();
  });
  if (pane.shown()) presence.be(pane.shown());
}

grid.start();
pane.start();
bind();
actions();
attend();
presence.start();
news.start();
live.start();
