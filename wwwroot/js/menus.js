// One menu for all rows of a list: filled by the server for the row that asks, opened at that row's button once it is about it. The browser closes it
// (Esc, a click beside it) and gives the focus back.
const menu = () => document.getElementById("topic-menu");
let button = null;

function show() {
  const popover = menu();
  if (!button || !popover || popover.dataset.of !== button.dataset.topicMenu) return;
  const at = button.getBoundingClientRect();
  popover.showPopover({ source: button });
  const left = Math.max(8, Math.min(at.right - popover.offsetWidth, innerWidth - popover.offsetWidth - 8));
  const below = at.bottom + 4 + popover.offsetHeight <= innerHeight - 8;
  popover.style.left = `${left}px`;
  popover.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - 4 - popover.offsetHeight)}px`;
  button = null;
  popover.querySelector("[role=menuitem]")?.focus();
}

document.addEventListener("click", event => {
  const asked = event.target.closest?.("[data-topic-menu]");
  if (asked) { button = asked; show(); return; }
  const popover = menu();
  if (popover?.matches(":popover-open") && popover.contains(event.target)) {
    if (event.target.closest("[role=menuitem][href]")) popover.hidePopover();
    else event.preventDefault();
  }
});
new MutationObserver(changes => { if (button && changes.some(change => menu()?.contains(change.target))) show(); })
  .observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-of"] });
