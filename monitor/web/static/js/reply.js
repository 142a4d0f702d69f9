// The reply box: counting, checking as one types, templates by /, drafts, and the way to the composer. It works on
// whichever case is shown; the box comes and goes with the pane.

import { blanksIn, composerLink, lengthOn, linksIn } from "./length.js";

const PRICES = { plain: "0.015", link: "0.200" };
const CHECK_AFTER = 700; // milliseconds without a key
const KEEP_AFTER = 900;
const SLASH = /(^|\s)\/([\w-]*)$/;

const form = () => document.getElementById("reply-form");
const box = () => document.getElementById("reply-text");
const list = () => document.getElementById("reply-slash");
const said = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
const timers = { check: 0, keep: 0 };
let checking = null;
let unkept = false;

function count() {
  const text = box().value;
  const place = document.getElementById("reply-count");
  const { count: long, most } = lengthOn(form().dataset.platform, text);
  const over = most !== null && long > most;
  place.textContent = most === null ? String(long) : said(over ? place.dataset.over : place.dataset.words, { count: long, most, over: long - most });
  place.classList.toggle("late", over);
  price(text);
}

/** What it would cost, and what is still to be filled in, before anything is opened. */
function price(text) {
  const line = document.getElementById("reply-price");
  const blanks = blanksIn(text);
  const [link] = linksIn(text);
  const onX = form().dataset.platform === "x";
  let words = onX && text.trim() ? line.dataset.free : "";
  if (onX && link) words = said(line.dataset.link, { link, price: PRICES.link, plain: PRICES.plain });
  if (blanks.length) words = said(line.dataset.blanks, { blanks: blanks.join(", ") });
  line.textContent = words;
  line.classList.toggle("soon", blanks.length > 0 || Boolean(onX && link));
}

async function check() {
  checking?.abort();
  const target = document.getElementById("reply-check");
  const text = box()?.value ?? "";
  if (!target || !text.trim()) return target?.replaceChildren();
  const mine = (checking = new AbortController());
  try {
    const answer = await send(`/cases/${form().dataset.case}/reply-check`, "POST", { text }, mine.signal);
    if (answer.ok && !mine.signal.aborted) put(target, await answer.text());
  } catch (error) {
    if (error.name !== "AbortError") return; // the next key tries again
  }
}

const send = (url, method, values, signal) =>
  fetch(url, { method, signal, keepalive: method === "PUT", headers: { "HX-Request": "true" }, body: new URLSearchParams(values) });

function put(target, html) {
  const made = new DOMParser().parseFromString(html, "text/html");
  target.replaceChildren(...made.body.childNodes);
  window.htmx?.process(target);
}

/** Keep the draft on the server, at once if need be. Another tab's later draft is not written over. */
async function keep() {
  clearTimeout(timers.keep);
  const mine = form();
  if (!mine || !unkept) return;
  unkept = false;
  const line = document.getElementById("reply-price");
  try {
    const version = mine.dataset.draft ? { version: mine.dataset.draft } : {};
    const answer = await send(`/cases/${mine.dataset.case}/draft`, "PUT", { text: box().value, ...version });
    if (!answer.ok) throw new Error(String(answer.status));
    mine.dataset.draft = answer.headers.get("X-Draft-Version") ?? "";
  } catch {
    unkept = true;
    line.textContent = line.dataset.lost;
  }
}

function typed() {
  unkept = true;
  count();
  slash();
  clearTimeout(timers.check);
  clearTimeout(timers.keep);
  timers.check = setTimeout(check, CHECK_AFTER);
  timers.keep = setTimeout(keep, KEEP_AFTER);
}

const templates = () => [...document.querySelectorAll("#reply-templates [data-template][data-text]")].filter((each) => each.dataset.text);

/** After / at the beginning of a word: the templates whose name, title or text it may mean. */
function slash() {
  const found = SLASH.exec(box().value.slice(0, box().selectionStart));
  if (!found) return close();
  const wanted = found[2].toLowerCase();
  const rank = ({ dataset: { template, title, text } }) =>
    template.startsWith(wanted) ? 0 : template.includes(wanted) ? 1 : `${title} ${text}`.toLowerCase().includes(wanted) ? 2 : 9;
  const fitting = templates().filter((each) => rank(each) < 9).sort((one, other) => rank(one) - rank(other)).slice(0, 8);
  if (!fitting.length) return close();
  list().replaceChildren(...fitting.map(option));
  list().hidden = false;
  box().setAttribute("aria-expanded", "true");
  choose(0);
}

function option(template, at) {
  const item = document.createElement("li");
  item.role = "option";
  item.id = `slash-${at}`;
  item.dataset.text = template.dataset.text;
  const name = document.createElement("code");
  name.textContent = `/${template.dataset.template}`;
  item.append(name, ` ${template.dataset.title}`);
  item.addEventListener("mousedown", (event) => {
    event.preventDefault();
    insert(item);
  });
  return item;
}

function choose(at) {
  const items = [...list().children];
  const next = (at + items.length) % items.length;
  items.forEach((item, place) => item.setAttribute("aria-selected", String(place === next)));
  box().setAttribute("aria-activedescendant", items[next].id);
}

const chosen = () => [...list().children].findIndex((item) => item.getAttribute("aria-selected") === "true");

function close() {
  list().hidden = true;
  list().replaceChildren();
  box().removeAttribute("aria-activedescendant");
  box().setAttribute("aria-expanded", "false");
}

/** Put the template where /name stands, and go to its first blank. */
function insert(item) {
  const before = box().value.slice(0, box().selectionStart);
  const found = SLASH.exec(before);
  const start = before.length - (found ? found[2].length + 1 : 0);
  box().setRangeText(item.dataset.text, start, before.length, "end");
  close();
  nextBlank(start);
  typed();
}

/** Select the next blank behind a place, from the beginning again after the last. Says whether there is one. */
function nextBlank(from) {
  const blanks = [...box().value.matchAll(/\{\{[^{}]*\}\}/g)];
  const found = blanks.find((blank) => blank.index >= from) ?? blanks[0];
  if (!found) return false;
  box().focus();
  box().setSelectionRange(found.index, found.index + found[0].length);
  return true;
}

function keyed(event) {
  if (!list().hidden) {
    const does = { ArrowDown: () => choose(chosen() + 1), ArrowUp: () => choose(chosen() - 1), Enter: () => insert(list().children[chosen()]), Escape: close };
    if (does[event.key] && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      event.stopPropagation();
      does[event.key]();
    }
  } else if (event.key === "Tab" && !event.shiftKey && blanksIn(box().value).length && nextBlank(box().selectionEnd)) {
    event.preventDefault();
  }
}

async function copy() {
  if (blanksIn(box().value).length) return nextBlank(0);
  const line = document.getElementById("reply-price");
  await navigator.clipboard.writeText(box().value);
  line.textContent = line.dataset.copied;
}

/** Open the composer in the same click: a window that is opened later is held back by browsers. */
function compose(event) {
  const text = box().value;
  const { platform, answers } = form().dataset;
  const link = composerLink(platform, text, answers);
  if (!text.trim()) return;
  event.preventDefault();
  if (blanksIn(text).length) return void nextBlank(0);
  keep();
  if (link) window.open(link, "_blank", "noopener");
  else copy();
}

/** A template's own form: its text goes into the box instead of to another page. */
async function fills(event) {
  event.preventDefault();
  const answer = await fetch(event.target.action, { method: "POST", headers: { "HX-Request": "true" }, body: new URLSearchParams(new FormData(event.target)) });
  const made = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!answer.ok) return put(document.getElementById("reply-ready"), made.body.innerHTML);
  const start = box().value.length;
  box().setRangeText((start ? "\n" : "") + made.querySelector("textarea").value, start, start, "end");
  box().focus();
  typed();
}

function shown() {
  if (!form()) return;
  unkept = false;
  form().querySelector("[data-copy]").hidden = !navigator.clipboard;
  count();
  check();
}

export function start() {
  document.addEventListener("input", (event) => event.target.id === "reply-text" && typed());
  document.addEventListener("keydown", (event) => event.target.id === "reply-text" && keyed(event), true);
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-copy]")) copy();
    else if (event.target.closest?.("[data-compose]")) compose(event);
    const remark = event.target.closest?.(".remark[data-from]");
    if (remark) {
      box().focus();
      box().setSelectionRange(Number(remark.dataset.from), Number(remark.dataset.to));
    }
  });
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-fills]")) fills(event);
    else if (event.target.id === "reply-form" && !event.submitter?.matches("[data-compose]")) {
      event.preventDefault();
      check();
    } else keep(); // what is done to the case draws the pane anew, the box with it
  }, true);
  document.addEventListener("case:leaving", keep);
  document.addEventListener("case:shown", shown);
  document.addEventListener("htmx:after:swap", () => !unkept && form() && count());
  document.addEventListener("visibilitychange", () => document.hidden && keep());
  addEventListener("pagehide", keep);
  shown();
}

if (typeof document !== "undefined") start();
