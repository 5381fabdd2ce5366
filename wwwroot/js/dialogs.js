// <modal-frame> opens the dialog inside it as soon as it is in the page; the server removes it to close.
customElements.define("modal-frame", class extends HTMLElement {
  connectedCallback() {
    this.opener = document.activeElement;
    requestAnimationFrame(() => {
      const dialog = this.querySelector("dialog");
      if (dialog && !dialog.open) dialog.showModal();
    });
  }

  disconnectedCallback() {
    if (this.opener?.isConnected) this.opener.focus();
  }
});

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
