// Runs before the first paint: what only a script can do is hidden until here.
document.documentElement.classList.add("scripted");
