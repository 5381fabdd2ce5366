// Copies what a button carries, and says so in its place for a moment.
document.addEventListener("click", async event => {
  const button = event.target.closest?.("[data-copy], [data-copy-link]");
  if (!button) return;
  event.preventDefault();
  const { copy, copyLink, copied } = button.dataset;
  await navigator.clipboard.writeText(copy ?? new URL(copyLink, document.baseURI).href);
  const node = button.firstChild;
  if (node.nodeValue === copied) return;
  const before = node.nodeValue;
  node.nodeValue = copied;
  setTimeout(() => node.nodeValue = before, 1500);
});
