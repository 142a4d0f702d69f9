// How the page looks: applied at once, then kept with the person's preferences.

const root = document.documentElement;

/** Keep preferences on the server. The page does not wait for it. */
export function keep(values) {
  return fetch("/preferences", {
    method: "POST",
    headers: { "HX-Request": "true" },
    body: new URLSearchParams(values),
  });
}

function isDark() {
  const chosen = root.dataset.theme;
  if (chosen === "auto") return matchMedia("(prefers-color-scheme: dark)").matches;
  return chosen.endsWith("dark");
}

/** Light becomes dark, dark becomes light; high contrast stays that. */
export function turn() {
  const contrast = root.dataset.theme.startsWith("contrast");
  const theme = isDark() ? (contrast ? "contrast" : "light") : contrast ? "contrast-dark" : "dark";
  show("theme", theme);
  keep({ theme });
}

function show(name, value) {
  root.dataset[name] = value;
  for (const button of document.querySelectorAll(`[data-preferences] button[name="${name}"]`)) {
    const on = button.value === value;
    button.classList.toggle("on", on);
    button.setAttribute("aria-pressed", String(on));
  }
}

export function start() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-preferences] button[name]");
    if (button) show(button.name, button.value);
  });
}
