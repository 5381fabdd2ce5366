// What a reader presses before the page is interactive: the last button, choice or cell is pressed again once the server has drawn it anew, if it is still the
// same one and not disabled. What the browser does by itself (links, forms with an address, popovers, what other scripts have handled) is done already.
const longest = 15000;
const isLive = () => document.querySelector("[data-live]") !== null;
const what = "button, [role=button], .mud-select:not(.mud-autocomplete) input";
const all = () => [...document.querySelectorAll(what)];
const isOff = element => element.disabled || element.getAttribute("aria-disabled") === "true";
const isNative = element => element.hasAttribute("popovertarget") || (element.type === "submit" && element.form?.hasAttribute("action"));
let pressed = null;

// a row is known by where it leads, or by its first cell: what else stands in it changes
function row(element) {
  const at = element.closest("tr, li");
  return at?.querySelector("a[href]")?.getAttribute("href") ?? at?.querySelector("td, th")?.textContent.trim() ?? "";
}

const label = element => element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent.trim() ?? element.textContent.trim();
const name = element => JSON.stringify([element.localName, element.type ?? "", label(element), row(element)]);
const alike = named => all().filter(element => name(element) === named);

// Enter in a field also clicks the form's button; whoever wants that can press it again
const isMeant = (event, element) => event.isTrusted && (event.detail > 0 || document.activeElement === element);

function note(event) {
  const element = event.target.closest?.(what);
  if (isLive() || !element || event.defaultPrevented || !document.querySelector(".app")) return;
  forget();
  if (isOff(element) || isNative(element) || !isMeant(event, element)) return;
  const same = alike(name(element));
  element.setAttribute("aria-busy", "true");
  pressed = { element, name: name(element), at: same.indexOf(element), of: same.length, until: setTimeout(forget, longest) };
  watcher.observe(document.body, { childList: true, subtree: true });
}

function forget() {
  if (!pressed) return;
  clearTimeout(pressed.until);
  pressed.element.removeAttribute("aria-busy");
  pressed = null;
  watcher.disconnect();
}

function again() {
  if (!pressed || !isLive()) return;
  const same = alike(pressed.name), element = same[pressed.at];
  if (!element || element === pressed.element) return; // not drawn yet
  const is = same.length === pressed.of && !isOff(element);
  forget();
  if (!is) return;
  element.focus();
  const options = { bubbles: true, cancelable: true, detail: 1, view: window };
  for (const type of ["mousedown", "mouseup", "click"]) element.dispatchEvent(new MouseEvent(type, options));
}

const watcher = new MutationObserver(again);
addEventListener("click", note);
// whoever goes on, or thinks better of it, is not overtaken
document.addEventListener("keydown", event => { if (event.key === "Escape" || isLive()) forget(); }, true);
document.addEventListener("pointerdown", () => { if (isLive()) forget(); }, true);

// a page that takes long to become interactive says so
const opening = setTimeout(() => { if (document.querySelector(".app:not([data-live])")) document.documentElement.dataset.opening = ""; }, 1000);
const drawn = new MutationObserver(() => {
  if (!isLive()) return;
  clearTimeout(opening);
  drawn.disconnect();
  delete document.documentElement.dataset.opening;
});
drawn.observe(document.body, { childList: true, subtree: true });
