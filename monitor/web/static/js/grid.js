// The list of cases as a grid: one row is in the tab order, keys move it, and rows are selected for bulk work.

const ROW = '[role="row"][data-case]';
const grid = () => document.getElementById("rows");

export const rows = () => [...(grid()?.querySelectorAll(ROW) ?? [])];
export const rowOf = (id) => document.getElementById(`row-${id}`);
export const current = () => grid()?.querySelector(`${ROW}[tabindex="0"]`) ?? null;

/** Make this row the one that keys act on. */
export function put(row, { focus = true } = {}) {
  if (!row) return;
  for (const other of rows()) other.tabIndex = other === row ? 0 : -1;
  if (!focus) return;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

/** The next row in a direction; without `acted` ones where work is to go on. */
export function beside(row, step, { open = false } = {}) {
  const all = rows();
  let at = row ? all.indexOf(row) : step > 0 ? -1 : all.length;
  do at += step;
  while (open && all[at]?.classList.contains("acted"));
  return all[at] ?? null;
}

export function move(step) {
  const next = beside(current(), step);
  if (next) put(next);
  else if (step > 0) grid()?.querySelector("[data-more]")?.click();
  return next;
}

const boxOf = (row) => row.querySelector(".row-pick input");
export const chosen = () => rows().filter((row) => boxOf(row)?.checked);

export function choose(row, on = !boxOf(row)?.checked) {
  const box = row && boxOf(row);
  if (!box) return;
  box.checked = on;
  tell();
}

export function chooseAll(on) {
  for (const row of rows()) if (boxOf(row)) boxOf(row).checked = on;
  tell();
}

let anchor = null;

/** A click with Shift selects from the last one to this. */
function span(event) {
  const row = event.target.closest(ROW);
  if (!row || !event.target.matches(".row-pick input")) return;
  if (event.shiftKey && anchor?.isConnected) {
    const all = rows();
    const [from, to] = [all.indexOf(anchor), all.indexOf(row)].sort((one, other) => one - other);
    for (const between of all.slice(from, to + 1)) boxOf(between).checked = event.target.checked;
  }
  anchor = row;
  tell();
}

/** Show how many are selected, and mark them for those who do not see the boxes. */
export function tell() {
  const picked = chosen();
  for (const row of rows()) row.setAttribute("aria-selected", String(boxOf(row)?.checked ?? false));
  const bar = document.getElementById("bulk");
  if (!bar) return;
  bar.dataset.chosen = picked.length;
  const count = document.getElementById("bulk-count");
  if (count) count.textContent = bar.dataset.words.replace("{n}", picked.length);
}

/** Controls inside rows leave the tab order: the row itself is in it, and keys do the rest. */
export function tidy() {
  for (const row of rows()) for (const inner of row.querySelectorAll("a, input, button")) inner.tabIndex = -1;
  if (!current()) put(rows()[0], { focus: false });
  tell();
}

export function start() {
  grid()?.addEventListener("click", span);
  grid()?.addEventListener("focusin", (event) => {
    const row = event.target.closest?.(ROW);
    if (row && row.tabIndex !== 0) put(row, { focus: false });
  });
  tidy();
}
