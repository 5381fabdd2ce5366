// The library's dialogs take keys from inside only: where the button that had the focus goes, or is disabled, another one in the dialog gets it.
new MutationObserver(() => {
  const at = document.activeElement;
  if (at && at !== document.body && !at.disabled) return;
  const dialog = [...document.querySelectorAll(".mud-dialog")].at(-1);
  dialog?.querySelector("button:enabled, input:enabled, textarea:enabled, a[href]")?.focus();
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
