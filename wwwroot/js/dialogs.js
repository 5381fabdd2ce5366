// Where a dialog opens, what asks for the focus in it gets it, once. Where the button that had it goes, or is disabled, another one does: the
// library's dialogs take keys from inside only. When the last one is gone, what had the focus before has it again.
const open = document.getElementsByClassName("mud-dialog");
const honoured = new WeakSet();
let before = null;
new MutationObserver(() => {
  const at = document.activeElement;
  const dialog = open[open.length - 1];
  if (!dialog) {
    if (at === document.body) before?.focus();
    before = null;
    return;
  }
  const inside = dialog.contains(at);
  if (!inside && at !== document.body) before ??= at;
  const wanted = dialog.querySelector("[data-autofocus]:enabled");
  if (wanted && !honoured.has(wanted)) {
    honoured.add(wanted);
    wanted.focus();
  } else if (!inside || at.disabled) {
    dialog.querySelector("button:enabled, input:enabled, textarea:enabled, a[href]")?.focus();
  }
}).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["disabled"] });

// <follow-end> scrolls to its end while it is there already: reading further up is not disturbed
customElements.define("follow-end", class extends HTMLElement {
  connectedCallback() {
    let atEnd = true;
    this.addEventListener("scroll", () => { atEnd = this.scrollHeight - this.scrollTop - this.clientHeight < 24; });
    this.watcher = new MutationObserver(() => { if (atEnd) this.scrollTop = this.scrollHeight; });
    this.watcher.observe(this, { childList: true, subtree: true, characterData: true });
    requestAnimationFrame(() => { this.scrollTop = this.scrollHeight; });
  }

  disconnectedCallback() { this.watcher?.disconnect(); }
});
