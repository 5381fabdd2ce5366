// What a reader types before the page is interactive. The server draws the page anew over its socket: fields are then replaced by fresh ones, which get what
// was typed, the focus and the caret, and tell the server as if it were typed now.
const isLive = () => document.querySelector("[data-live]") !== null;
const fields = () => [...document.querySelectorAll("input, textarea, select")];
const label = field => field.name || field.getAttribute("aria-label") || field.labels?.[0]?.textContent.trim() || field.placeholder || "";
const kind = field => `${field.localName} ${field.type} ${label(field)}`;
const isToggle = field => field.type === "checkbox" || field.type === "radio";

// by field: its kind, which of this kind on the page, what it holds when that was changed
const touched = new Map();
let focused = null;

function key(field) {
  const same = fields().filter(other => kind(other) === kind(field));
  return JSON.stringify([kind(field), same.indexOf(field)]);
}

function note(event) {
  const field = event.target;
  if (isLive() || !field.matches?.("input, textarea, select") || field.type === "hidden") return;
  const id = key(field);
  if (event.type !== "focusin") touched.set(id, { value: field.value, checked: field.checked, changed: true });
  else if (!touched.has(id)) touched.set(id, { value: field.value, checked: field.checked, changed: false });
  focused = id;
}

function give(field, held, hasFocus) {
  if (held.changed && isToggle(field)) {
    if (field.checked !== held.checked) field.click();
  } else if (held.changed && field.value !== held.value) {
    field.value = held.value;
    field.dispatchEvent(new Event(field.localName === "select" ? "change" : "input", { bubbles: true }));
  }
  if (!hasFocus) return;
  field.focus();
  if (held.changed && (field.localName === "textarea" || ["text", "search"].includes(field.type))) field.setSelectionRange(field.value.length, field.value.length);
}

function handOver() {
  if (touched.size === 0 || !isLive()) return;
  for (const field of fields()) {
    const id = key(field), held = touched.get(id);
    if (!held) continue;
    touched.delete(id);
    give(field, held, id === focused);
    if (id === focused) focused = null;
  }
}

// keys that come between the old field and the new one
function keep(event) {
  const held = focused && isLive() && touched.get(focused);
  if (!held || document.activeElement !== document.body || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key.length === 1) held.value += event.key;
  else if (event.key === "Backspace") held.value = held.value.slice(0, -1);
  else return;
  held.changed = true;
  event.preventDefault();
  event.stopImmediatePropagation();
}

for (const type of ["input", "change", "focusin"]) document.addEventListener(type, note, true);
document.addEventListener("keydown", keep, true);
// a form of the server's own has no address to send itself to: before there is a server it would only load the page again
document.addEventListener("submit", event => { if (!isLive() && !event.target.hasAttribute("action")) event.preventDefault(); }, true);
if (document.activeElement?.matches("input, textarea, select")) note({ target: document.activeElement, type: "focusin" });

const watcher = new MutationObserver(handOver);
watcher.observe(document.body, { childList: true, subtree: true });
// what has not come back by then will not
const until = setInterval(() => {
  if (!isLive()) return;
  clearInterval(until);
  setTimeout(() => { watcher.disconnect(); touched.clear(); }, 10000);
}, 1000);
