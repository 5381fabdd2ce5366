// On a narrow screen the navigation is a popover: the browser opens it at a click of the menu button, before there is a server to ask as well, closes it at
// Esc and at a tap beside it, and gives the focus back. Here is the rest of a drawer: the focus stays in it, and a chosen page closes it.
const drawer = () => document.getElementById("drawer");
const isOpen = () => drawer()?.matches(":popover-open") ?? false;
const close = () => { if (isOpen()) drawer().hidePopover(); };
const shutOff = aside => { for (const other of drawer().parentElement.children) other.inert = aside && other !== drawer(); };

// the server draws the page anew when it takes over, and with it the drawer: what the reader has opened stays open
const redrawn = new MutationObserver(() => { if (!isOpen()) drawer()?.showPopover(); });

document.addEventListener("beforetoggle", event => {
  if (event.target.id !== "drawer" || event.newState === "open") return;
  redrawn.disconnect();
  // now, not when it has closed: the button cannot get the focus back while it is inert
  shutOff(false);
}, true);

document.addEventListener("toggle", event => {
  if (event.target.id !== "drawer") return;
  if (event.newState === "open") {
    shutOff(true);
    (drawer().querySelector("a[aria-current]") ?? drawer().querySelector("a"))?.focus();
    redrawn.observe(document.body, { childList: true, subtree: true });
  } else if (document.activeElement === document.body || drawer().contains(document.activeElement)) {
    document.querySelector("[popovertarget=drawer]")?.focus();
  }
}, true);

document.addEventListener("click", event => { if (event.target.closest?.("#drawer a")) close(); });
document.addEventListener("click", event => { if (event.target.closest?.("#who a")) document.getElementById("who").hidePopover(); });
matchMedia("(max-width: 720px)").addEventListener("change", close);
