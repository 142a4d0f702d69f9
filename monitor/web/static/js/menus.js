// Menus are <details>: they open without a script. With one they close when the focus or a click goes elsewhere, and
// arrow keys walk through them.

function close(menu, refocus) {
  menu.open = false;
  if (refocus) menu.querySelector("summary")?.focus();
}

/** Close every open menu but those around `inside`. Says whether there was one. */
export function closeMenus(inside = null, refocus = false) {
  const open = [...document.querySelectorAll("details.menu[open]")].filter((menu) => !inside || !menu.contains(inside));
  for (const menu of open) close(menu, refocus);
  return open.length > 0;
}

function walk(event) {
  const sheet = event.target.closest?.(".menu-sheet");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!sheet || !step || event.target.matches("textarea, select, input")) return;
  const items = [...sheet.querySelectorAll("button, a, input:not([type=hidden]), select")];
  const at = items.indexOf(document.activeElement);
  items[(at + step + items.length) % items.length]?.focus();
  event.preventDefault();
}

export function start() {
  document.addEventListener("click", (event) => closeMenus(event.target));
  document.addEventListener("focusin", (event) => closeMenus(event.target));
  document.addEventListener("keydown", walk);
}
