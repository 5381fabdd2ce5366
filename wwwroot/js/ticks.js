// Ages, durations, countdowns and the clock run in the browser; the server only says since when.
const root = document.documentElement;
const words = JSON.parse(root.dataset.words);
const ahead = Number(root.dataset.now) - Date.now();

function duration(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  const d = Math.floor(s / 86400), h = Math.floor(s / 3600) % 24, m = Math.floor(s / 60) % 60;
  const units = (large, unit, small, smaller) => small ? `${large} ${unit} ${small} ${smaller}` : `${large} ${unit}`;
  if (d) return units(d, words.day, h, words.hour);
  if (h) return units(h, words.hour, m, words.minute);
  if (m) return units(m, words.minute, s % 60, words.second);
  return `${s} ${words.second}`;
}

// the text node itself is kept: the server's renderer goes on owning it
function write(element, text) {
  const node = element.firstChild;
  if (node === null) element.append(text);
  else if (node.nodeValue !== text) node.nodeValue = text;
}

const clocks = {};
const clock = zone => clocks[zone] ??= new Intl.DateTimeFormat("en-GB", { timeStyle: "medium", timeZone: zone });

function tick() {
  const now = Date.now() + ahead;
  for (const element of document.querySelectorAll("[data-ago]")) {
    const age = now - Number(element.dataset.ago);
    write(element, age < 1000 ? words.now : words.ago.replace("{0}", duration(age)));
  }
  for (const element of document.querySelectorAll("[data-since]")) write(element, duration(now - Number(element.dataset.since)));
  for (const element of document.querySelectorAll("[data-until]")) write(element, duration(Number(element.dataset.until) - now));
  for (const element of document.querySelectorAll("[data-clock]")) write(element, clock(element.dataset.clock || "UTC").format(now));
}

setInterval(tick, 500);
tick();
