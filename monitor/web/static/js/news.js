// What arrives while one works waits behind a pill; what changes is shown in its row; nothing moves by itself.

import { hear } from "./live.js";
import { rowOf, rows } from "./grid.js";
import { article, open, shown } from "./pane.js";

const PAUSE = 1000;
const SELDOM = 60000;
const arrived = new Set();
let upto = 0;
let timer = 0;
let notifiedAt = -Infinity;

const desk = () => document.querySelector(".desk");
const number = new Intl.NumberFormat(document.documentElement.lang);

function views({ counts, more }) {
  for (const link of document.querySelectorAll("[data-view-link]")) {
    const key = link.dataset.viewLink;
    if (!(key in counts)) continue;
    const count = link.querySelector(".count");
    count.textContent = number.format(counts[key]) + (more.includes(key) ? "+" : "");
    if (key === "breaching") count.classList.toggle("alarm", counts[key] > 0);
    link.dataset.count = counts[key];
  }
  if ("breaching" in counts) title(counts.breaching);
}

/** The tab says how many promises are about to break, whatever tab is looked at. */
function title(breaching) {
  document.title = document.title.replace(/^\(\d+!\) /, "");
  if (breaching) document.title = `(${breaching}!) ${document.title}`;
}

function presence(everybody) {
  const me = desk()?.dataset.me;
  for (const place of document.querySelectorAll("[data-presence]")) {
    const there = (everybody[place.dataset.presence] ?? []).filter(({ agent }) => agent !== me);
    place.replaceChildren(...there.map(colleague));
  }
}

function colleague({ agent, doing }) {
  const example = document.getElementById(`here-${doing}`).content.firstElementChild.cloneNode(true);
  example.querySelector("b").textContent = agent;
  return example;
}

/** Ask what the events mean for this list: at most once a second, however many there were. */
function changed() {
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE);
}

async function ask() {
  const known = desk();
  if (!known) return lookAtCase();
  const seen = rows().map((row) => row.dataset.case);
  const query = new URLSearchParams({ view: known.dataset.view, q: known.dataset.q, since: upto, seen: seen.join(",") });
  const answer = await fetch(`/queue/news?${query}`, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok) return;
  const news = await answer.json();
  upto = news.upto;
  for (const id of news.arrived) if (!rowOf(id)) arrived.add(id);
  for (const id of news.left) arrived.delete(id);
  pill(news.more);
  const stale = [...news.changed, ...news.left].filter((id) => rowOf(id) && !rowOf(id).matches(".acted, [data-busy]"));
  if (stale.length) refresh(stale, news.left);
  if ([...news.changed, ...news.left].map(String).includes(shown())) lookAtCase();
}

function pill(more) {
  const button = document.getElementById("news");
  if (!button) return;
  button.hidden = arrived.size === 0 && !more;
  button.querySelector("span").textContent = button.dataset.words.replace("{n}", number.format(arrived.size) + (more ? "+" : ""));
  const icon = document.querySelector('link[rel="icon"]');
  icon.href = document.hidden && arrived.size ? icon.dataset.news : icon.dataset.quiet;
  if (arrived.size && document.hidden) notify();
}

/** A desktop notification, if the person wants them: one a minute, and never for each case. */
function notify() {
  const known = desk();
  if (known.dataset.notify !== "on" || window.Notification?.permission !== "granted") return;
  if (performance.now() - notifiedAt < SELDOM) return;
  notifiedAt = performance.now();
  new Notification(document.getElementById("news").textContent.trim(), { body: known.dataset.title, tag: "monitor-news" });
}

/** Draw rows anew where they are. A row that has gone from the view stays, and says why. */
async function refresh(ids, left) {
  const query = new URLSearchParams({ ids: ids.join(","), left: left.join(",") });
  const answer = await fetch(`/queue/row?${query}`, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok) return;
  await window.htmx.swap({ text: await answer.text(), target: document.body, swap: "none", sourceElement: document.body });
}

/** A colleague changed the case that is open: show it, but never take away words that are being written. */
async function lookAtCase() {
  const id = shown();
  const writing = article()?.contains(document.activeElement) && document.activeElement.matches("textarea, input, select");
  if (!id) return;
  if (!writing) return void (await open(id, { again: true }));
  const notice = document.getElementById("case-notice");
  const words = document.getElementById("case-changed");
  if (notice && words && !notice.childElementCount) {
    const shownWords = words.content.firstElementChild.cloneNode(true);
    shownWords.querySelector("button").addEventListener("click", () => open(id, { again: true }));
    notice.append(shownWords);
  }
}

export function start() {
  upto = Number(document.getElementById("main")?.dataset.event ?? 0);
  title(Number(document.querySelector('[data-view-link="breaching"]')?.dataset.count ?? 0));
  hear("views", views);
  hear("presence", presence);
  hear("changed", changed);
  document.addEventListener("visibilitychange", () => !document.hidden && pill(false));
  document.getElementById("news")?.addEventListener("click", () => location.reload());
}
