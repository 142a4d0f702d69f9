// What every page does: keys, menus, palette, theme, and saying what went wrong.

import * as keys from "./keys.js";
import * as menus from "./menus.js";
import * as palette from "./palette.js";
import { complain, say, sentence } from "./say.js";
import * as theme from "./theme.js";

function toggle(dialog) {
  if (dialog.open) dialog.close();
  else dialog.showModal();
}

function escape() {
  if (menus.closeMenus(null, true)) return;
  const help = document.getElementById("search-help");
  if (help && !help.hidden) help.hidden = true;
  const active = document.activeElement;
  if (active && active !== document.body && keys.typesText(active)) leave(active);
}

/** From a text box the focus goes to what it belongs to, so that the next key is a command again. */
function leave(field) {
  field.blur();
  const back = field.closest("[data-case], #case") ?? document.querySelector('[role="row"][tabindex="0"]');
  back?.focus?.();
}

function send() {
  const form = document.activeElement?.closest?.("form");
  if (!form) return false;
  const button = form.querySelector("[data-send]") ?? form.querySelector("button:not([type=button])");
  form.requestSubmit(button ?? undefined);
  if (form.querySelector("[data-does=note]")) leave(document.activeElement);
}

async function searchHelp() {
  const help = document.getElementById("search-help");
  if (!help) return;
  if (!help.childElementCount) {
    const answer = await fetch("/search", { headers: { "HX-Request": "true" } });
    if (!answer.ok) return;
    const made = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".search-help");
    help.replaceChildren(...made.childNodes);
  }
  help.hidden = false;
}

function failures() {
  document.addEventListener("htmx:response:error", ({ detail }) => {
    const status = detail.ctx.response.status;
    if (status === 401) complain(sentence("signedOut"));
    else if (status !== 409 && status !== 422) complain(sentence("failed"));
  });
  document.addEventListener("htmx:error", ({ detail }) => detail.error instanceof TypeError && complain(sentence("offline")));
  document.addEventListener("htmx:after:swap", () => {
    const last = document.getElementById("last")?.textContent.trim();
    if (last && last !== spoken) say((spoken = last));
  });
}
let spoken = "";

function start() {
  keys.on("help", () => toggle(document.getElementById("keys")));
  keys.on("palette", palette.open);
  keys.on("theme", theme.turn);
  keys.on("escape", escape);
  keys.on("send", send);
  for (const does of ["help", "palette", "theme"]) {
    for (const button of document.querySelectorAll(`[data-does="${does}"]`)) {
      button.addEventListener("click", () => keys.perform(does));
    }
  }
  for (const dialog of document.querySelectorAll("dialog")) {
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  }
  const search = document.getElementById("search");
  search?.addEventListener("focus", searchHelp);
  search?.addEventListener("blur", () => (document.getElementById("search-help").hidden = true));
  document.addEventListener("change", ({ target }) => {
    if ("asksPermission" in target.dataset && target.value === "on") window.Notification?.requestPermission();
  });
  menus.start();
  palette.start();
  theme.start();
  failures();
  keys.start();
}

start();
