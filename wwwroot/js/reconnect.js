// The script of ASP.NET Core 9 sets a class on this element, the one of 10 also raises an event: both are followed.
const element = document.getElementById("components-reconnect-modal");
const root = document.documentElement;
const states = {
  "components-reconnect-show": "trying", "components-reconnect-retrying": "trying", "components-reconnect-hide": "",
  "components-reconnect-failed": "failed", "components-reconnect-rejected": "rejected",
};
let last = "", polling = 0, aging = 0;

function apply(state) {
  if (state === last) return;
  last = state;
  clearTimeout(aging);
  if (state === "") { delete root.dataset.lost; return; }
  root.dataset.lost ||= "now";
  // after 10 s without the server every figure is drawn as old
  aging = setTimeout(() => { root.dataset.lost = "long"; }, 10000);
  if (state === "failed") poll();
  if (state === "rejected") location.reload();
}

// once the script has given up: ask quietly, and come back when anything answers
function poll() {
  polling ||= setInterval(async () => {
    try {
      await fetch(document.baseURI, { method: "HEAD", cache: "no-store" });
      clearInterval(polling);
      polling = 0;
      if (!await Blazor.reconnect()) location.reload();
    } catch { /* still away */ }
  }, 2000);
}

new MutationObserver(() => { for (const name of element.classList) if (name in states) apply(states[name]); })
  .observe(element, { attributes: true, attributeFilter: ["class"] });
