// What is said aloud: to a screen reader at once, to everybody in the bar below.

const WAIT = 400;
let timer = 0;

/** Say a sentence. Several within a moment are one: only the last is read out. */
export function say(words) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const place = document.getElementById("said");
    if (place) place.textContent = words;
  }, WAIT);
}

/** A sentence that the page brought along in the reader's language, by its name. */
export function sentence(name) {
  return document.getElementById("said")?.dataset[name] ?? "";
}

/** Say it to everybody: for what went wrong. */
export function complain(words) {
  say(words);
  const last = document.getElementById("last");
  if (last) last.textContent = words;
}
