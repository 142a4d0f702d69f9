// Keys: which one was pressed, whatever the layout, and what it does. The table is the one that the help shows.

const LATIN = /^[\x21-\x7e]$/;
const PUNCTUATION = { BracketLeft: "[", BracketRight: "]", Slash: "/", Period: ".", Comma: ",", Semicolon: ";", Minus: "-" };
const WAIT = 1500; // milliseconds in which the second key of a sequence must follow
const REPEATS = new Set(["next", "previous", "next-post", "previous-post", "select-down", "select-up"]);

const handlers = new Map();
let table = new Map();
let typingToo = new Set();
let pending = null;

/** The name of a pressed key as the table writes it, or null: a Latin letter by what it is, another by where it is. */
export function nameOf(event) {
  if (event.altKey || event.getModifierState?.("AltGraph")) return null;
  let key = event.key;
  if (key.length === 1 && !LATIN.test(key)) key = atPlace(event);
  if (!key || ["Shift", "Control", "Alt", "Meta", "Dead", "Unidentified", "Process"].includes(key)) return null;
  const letter = /^[a-z]$/i.test(key);
  if (event.ctrlKey || event.metaKey) return `Ctrl+${letter ? key.toLowerCase() : key}`;
  if (letter) return event.shiftKey ? `Shift+${key.toUpperCase()}` : key.toLowerCase();
  return key;
}

function atPlace({ code = "" }) {
  if (/^Key[A-Z]$/.test(code)) return code.slice(3).toLowerCase();
  if (/^Digit\d$/.test(code)) return code.slice(5);
  return PUNCTUATION[code] ?? null;
}

/** Whether what is typed at this element is text. */
export function typesText(element) {
  if (!(element instanceof Element)) return false;
  if (element.closest("[contenteditable]:not([contenteditable=false])")) return true;
  const field = element.closest("input, textarea, select");
  return field !== null && !["checkbox", "radio", "button", "submit"].includes(field.type);
}

/** Let `does` be done by a function instead of by the button of that name. */
export function on(does, handler) {
  handlers.set(does, handler);
}

/** Do it: by its function, else by pressing its button. Says whether there was something to do. */
export function perform(does, event) {
  const handler = handlers.get(does);
  if (handler) return handler(event) !== false;
  return press(does);
}

/** Press the button of that name, the one inside `scope` first: a menu opens, a field takes the focus. */
export function press(does, scope = document) {
  const found = scope.querySelector(`[data-does="${CSS.escape(does)}"]`);
  if (!found) return false;
  if (found.matches("textarea, input:not([type=submit])")) focusField(found);
  else if (found.tagName === "SUMMARY") openMenu(found.parentElement);
  else found.click();
  return true;
}

function focusField(field) {
  field.focus();
  field.select?.();
}

function openMenu(menu) {
  menu.open = !menu.open;
  if (menu.open) menu.querySelector(".menu-sheet :is(button, input:not([type=hidden]), select, a)")?.focus();
  else menu.querySelector("summary").focus();
}

/** Read the table anew: after the preferences changed. */
export function readTable(root = document) {
  const entries = [...root.querySelectorAll("[data-keymap] [data-action]")];
  table = new Map(entries.map((entry) => [entry.dataset.key, entry.dataset.action]));
  typingToo = new Set(entries.filter((entry) => "typing" in entry.dataset).map((entry) => entry.dataset.action));
}

/** What a key, with the one before it, does; null when nothing. Keeps the first key of a sequence in mind. */
export function meaning(name, now = Date.now()) {
  const first = pending && now - pending.at < WAIT ? pending.name : null;
  pending = null;
  if (first && table.has(`${first} ${name}`)) return table.get(`${first} ${name}`);
  if ([...table.keys()].some((key) => key.startsWith(`${name} `))) pending = { name, at: now };
  return table.get(name) ?? null;
}

function pressed(event) {
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
  const name = nameOf(event);
  if (!name) return;
  const target = event.target;
  if (document.querySelector("dialog[open]") && name !== "Ctrl+k") return;
  const typing = typesText(target);
  let does = typing && !name.startsWith("Ctrl+") && name !== "Escape" ? null : meaning(name);
  if (!typing && target.closest?.('[role="row"]') === target) {
    does = { Enter: "open", ArrowDown: "next", ArrowUp: "previous", " ": "select" }[event.key] ?? does;
  }
  if (!does || (typing && !typingToo.has(does)) || (event.repeat && !REPEATS.has(does))) return;
  if (perform(does, event)) event.preventDefault();
}

export function start() {
  readTable();
  document.addEventListener("keydown", pressed);
}
