// The command palette: Ctrl-K (⌘K on a Mac) opens it, arrows move, Enter goes there, Esc closes; all of it without waiting for the server, which only
// searches. What stands in the list is the server's answer to data-for: Enter waits for the answer to what is typed.
const key = "castellan.recent", most = 12;
const mac = /mac/i.test(navigator.platform);
const palette = () => document.getElementById("palette");
const field = () => palette()?.querySelector("[role=combobox]");
const list = () => document.getElementById("palette-list");
const options = () => [...list().querySelectorAll("[role=option]")];
let entered = false, walked = null;

function recent() {
  try { return JSON.parse(localStorage.getItem(key)) ?? []; } catch { return []; }
}

function keep(href) {
  try { localStorage.setItem(key, JSON.stringify([href, ...recent().filter(one => one !== href)].slice(0, most))); } catch { /* no memory, no recent */ }
}

function open() {
  const dialog = palette();
  if (!dialog || dialog.open || document.querySelector(".mud-dialog")) return;
  [entered, walked] = [false, null];
  field().value = "";
  dialog.showModal();
  field().focus();
  const told = dialog.querySelector("[data-palette-recent]");
  told.value = JSON.stringify(recent());
  told.dispatchEvent(new Event("change", { bubbles: true }));
}

function at() { return options().findIndex(option => option.getAttribute("aria-selected") === "true"); }

function select(index) {
  const all = options();
  all.forEach((option, i) => option.setAttribute("aria-selected", i === index ? "true" : "false"));
  const chosen = all[index];
  if (chosen) { field().setAttribute("aria-activedescendant", chosen.id); chosen.scrollIntoView({ block: "nearest" }); }
  else field().removeAttribute("aria-activedescendant");
}

function go(option) {
  entered = false;
  if (!option?.hasAttribute("href")) return;
  option.click();
}

document.addEventListener("keydown", event => {
  if (event.key.toLowerCase() === "k" && (mac ? event.metaKey : event.ctrlKey) && !event.altKey && !event.shiftKey && !event.defaultPrevented) {
    if (!palette()) return;
    event.preventDefault();
    palette().open ? palette().close() : open();
    return;
  }
  if (!palette()?.open || event.target !== field() || event.isComposing) return;
  const all = options(), here = at();
  if (event.key === "ArrowDown") select(all.length ? (here + 1) % all.length : -1);
  else if (event.key === "ArrowUp") select(here <= 0 ? all.length - 1 : here - 1);
  else if (event.key === "PageDown") select(Math.min(all.length - 1, here + 8));
  else if (event.key === "PageUp") select(Math.max(0, here - 8));
  else if (event.key === "Enter") { if (list().dataset.for === field().value) go(all[here]); else entered = true; }
  else return;
  walked = options()[at()]?.getAttribute("href") ?? null;
  event.preventDefault();
});

document.addEventListener("click", event => {
  if (event.target.closest?.("[data-palette-open]")) { event.preventDefault(); open(); return; }
  const dialog = palette();
  if (!dialog?.open) return;
  if (event.target === dialog) { dialog.close(); return; } // beside it
  const option = event.target.closest?.("#palette-list [role=option]");
  if (!option) return;
  if (!option.hasAttribute("href")) { event.preventDefault(); field().focus(); return; }
  keep(option.getAttribute("href"));
  dialog.close();
}, true);

document.addEventListener("input", event => { if (event.target === field()) walked = null; });

// the first of what is found is chosen, or what the arrows went to where a later answer has it too; an Enter that came before the answer is done now
new MutationObserver(changes => {
  if (!palette()?.open || !changes.some(change => list()?.contains(change.target))) return;
  const all = options(), still = walked ? all.findIndex(option => option.getAttribute("href") === walked) : -1;
  select(all.length ? Math.max(0, still) : -1);
  if (entered && list().dataset.for === field().value) go(options()[0]);
}).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-for"] });
