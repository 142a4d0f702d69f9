// Every command by name: what the keys do, and the views.

import { perform } from "./keys.js";

let dialog, field, list;
let shown = [];
let at = 0;

function commands() {
  const keys = [...document.querySelectorAll("[data-keymap] [data-action]")].map((entry) => ({
    words: entry.previousElementSibling.textContent,
    hint: entry.dataset.key,
    run: () => perform(entry.dataset.action),
  }));
  const views = [...document.querySelectorAll("[data-view-link]")].map((link) => ({
    words: link.querySelector(".cut")?.textContent ?? link.textContent,
    hint: link.dataset.count,
    run: () => link.click(),
  }));
  return [...views, ...keys];
}

/** Letters of what is sought, in this order, close together first. */
function fits(words, sought) {
  const text = words.toLocaleLowerCase();
  const whole = text.indexOf(sought);
  if (whole >= 0) return whole;
  let from = 0;
  for (const letter of sought) {
    from = text.indexOf(letter, from) + 1;
    if (!from) return -1;
  }
  return 1000 + from;
}

function find() {
  const sought = field.value.trim().toLocaleLowerCase();
  shown = commands()
    .map((command) => ({ ...command, rank: fits(command.words, sought) }))
    .filter((command) => command.rank >= 0)
    .sort((one, other) => (sought ? one.rank - other.rank : 0))
    .slice(0, 40);
  at = 0;
  draw();
}

function draw() {
  list.replaceChildren(...(shown.length ? shown.map(option) : [nothing()]));
  mark();
}

function option(command, place) {
  const item = document.createElement("div");
  item.className = "menu-item";
  item.role = "option";
  item.id = `palette-${place}`;
  item.append(command.words);
  const hint = document.createElement("span");
  hint.className = "when";
  hint.textContent = command.hint ?? "";
  item.append(hint);
  item.addEventListener("click", () => choose(place));
  return item;
}

function nothing() {
  const item = document.createElement("p");
  item.className = "menu-title";
  item.textContent = dialog.dataset.none;
  return item;
}

function mark() {
  [...list.querySelectorAll("[role=option]")].forEach((item, place) => item.setAttribute("aria-selected", String(place === at)));
  const chosen = document.getElementById(`palette-${at}`);
  if (chosen) field.setAttribute("aria-activedescendant", chosen.id);
  else field.removeAttribute("aria-activedescendant");
  chosen?.scrollIntoView({ block: "nearest" });
}

function choose(place) {
  const command = shown[place];
  dialog.close();
  // The focus goes back to where it was before the command looks for it.
  if (command) setTimeout(command.run);
}

function walk(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && shown.length) {
    at = (at + step + shown.length) % shown.length;
    mark();
    event.preventDefault();
  } else if (event.key === "Enter") {
    choose(at);
    event.preventDefault();
  }
}

export function open() {
  if (dialog.open) return dialog.close();
  field.value = "";
  dialog.showModal();
  find();
  field.focus();
}

export function start() {
  [dialog, field, list] = ["palette", "palette-field", "palette-list"].map((id) => document.getElementById(id));
  if (!dialog) return;
  field.addEventListener("input", find);
  field.addEventListener("keydown", walk);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
}
