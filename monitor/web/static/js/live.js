// What others do, as it happens: one stream of events a browser, whichever tabs are open.

const CHANNEL = "monitor-live";
const listeners = new Map();
let state = "off";

/** Call `heard` with the data of every event of that name: views, changed, presence. */
export function hear(name, heard) {
  listeners.set(name, heard);
}

function pass(name, data) {
  listeners.get(name)?.(data);
}

function show(now) {
  state = now;
  const lamp = document.getElementById("live");
  if (!lamp) return;
  lamp.dataset.state = now;
  lamp.querySelector("span").textContent = lamp.dataset[now] ?? "";
}

/** Read the stream and let the other tabs hear it too. It goes on in a tab that is not looked at. */
function read(channel) {
  const source = new EventSource("/live");
  const both = (name, data) => {
    pass(name, data);
    channel?.postMessage({ name, data });
  };
  for (const name of ["views", "changed", "presence"]) {
    source.addEventListener(name, (event) => both(name, JSON.parse(event.data)));
  }
  source.addEventListener("open", () => {
    show("live");
    channel?.postMessage({ state: "live" });
  });
  source.addEventListener("error", () => {
    show("lost");
    channel?.postMessage({ state: "lost" });
    // The browser tries again by itself, but not after an answer that was no stream: a restarting server, a log-out.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => read(channel), 5000 + Math.random() * 5000);
  });
  window.addEventListener("pagehide", () => source.close(), { once: true });
}

export function start() {
  const channel = "BroadcastChannel" in window ? new BroadcastChannel(CHANNEL) : null;
  if (!channel || !navigator.locks) return read(channel);
  channel.addEventListener("message", ({ data }) => {
    if (data.state) show(data.state);
    else {
      if (state !== "live") show("live");
      pass(data.name, data.data);
    }
  });
  // The tab that holds the lock reads; when it is closed, another one gets the lock and reads on.
  navigator.locks.request(CHANNEL, () => {
    read(channel);
    return new Promise(() => {});
  });
}
