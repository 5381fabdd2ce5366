// What a keyboard and a pointer do without the server: skip link, filter focus, arrows in grids and trees, rows that light up together.
document.addEventListener("click", event => {
  const skip = event.target.closest?.("[data-skip]");
  if (skip) document.getElementById(skip.dataset.skip)?.focus();
});

document.addEventListener("keydown", event => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const filter = document.querySelector("[data-filter]");
    if (filter) { event.preventDefault(); filter.focus(); filter.select(); }
  }
  const grid = event.target.closest?.("[data-grid]");
  if (grid) moveInGrid(grid, event);
  const tree = event.target.closest?.("[data-tree]");
  if (tree) moveInTree(tree, event);
});

// in a menu of many names a letter moves to the next one that begins with it, and letters in quick succession to one that begins with all of them. The
// library's own way of moving asks the server and knows nothing of that: so it is done here, and at once.
let sought = { text: "", at: 0 };
document.addEventListener("keydown", event => {
  const menu = event.target.closest?.("[role=menu]");
  if (!menu?.querySelector("[data-name]") || event.ctrlKey || event.metaKey || event.altKey) return;
  const items = [...menu.querySelectorAll("[role=menuitem]")], here = items.indexOf(document.activeElement);
  let to;
  if (event.key === "ArrowDown") to = items[(here + 1) % items.length];
  else if (event.key === "ArrowUp") to = items.at(here <= 0 ? -1 : here - 1);
  else if (event.key === "Home") to = items[0];
  else if (event.key === "End") to = items.at(-1);
  else if (event.key.length === 1 && event.key !== " ") {
    const key = event.key.toLowerCase(), text = event.timeStamp - sought.at < 700 ? sought.text + key : key;
    sought = { text, at: event.timeStamp };
    const from = Math.max(0, here + (text.length === 1 ? 1 : 0));
    to = [...items.slice(from), ...items.slice(0, from)]
      .find(item => item.querySelector("[data-name]")?.textContent.toLowerCase().startsWith(text));
  } else return;
  event.preventDefault();
  event.stopImmediatePropagation();
  to?.focus();
}, true);

// a choice among many: typing replaces what stands there
for (const type of ["focusin", "click"]) document.addEventListener(type, event => {
  const field = event.target;
  if (field.matches?.("input[data-select]") && field.selectionStart === field.selectionEnd) field.select();
});

// up and down move, right opens or enters, left closes or leaves; enter follows the link
function moveInTree(tree, event) {
  const items = [...tree.querySelectorAll("a[role=treeitem]")];
  const at = event.target.closest("[role=treeitem]"), index = items.indexOf(at);
  if (index < 0) return;
  const expanded = at.getAttribute("aria-expanded"), level = Number(at.getAttribute("aria-level"));
  let to = null;
  if (event.key === "ArrowDown") to = items[index + 1];
  else if (event.key === "ArrowUp") to = items[index - 1];
  else if (event.key === "Home") to = items[0];
  else if (event.key === "End") to = items.at(-1);
  else if (event.key === "ArrowRight") { if (expanded === "false") at.querySelector("[data-toggle]")?.click(); else to = items[index + 1]; }
  else if (event.key === "ArrowLeft") { if (expanded === "true") at.querySelector("[data-toggle]")?.click(); else to = items.slice(0, index).findLast(item => Number(item.getAttribute("aria-level")) < level); }
  else if (event.key === " ") at.click();
  else return;
  event.preventDefault();
  if (!to) return;
  at.setAttribute("tabindex", "-1");
  to.setAttribute("tabindex", "0");
  to.focus();
}

// one tab stop; arrows go to the nearest cell in that direction
function moveInGrid(grid, event) {
  const step = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
  const from = event.target.closest(".cell");
  if (!step || !from) return;
  event.preventDefault();
  const x = Number(from.dataset.x), y = Number(from.dataset.y);
  let best = null, distance = Infinity;
  for (const cell of grid.querySelectorAll(".cell")) {
    const dx = Number(cell.dataset.x) - x, dy = Number(cell.dataset.y) - y;
    const along = dx * step[0] + dy * step[1], aside = Math.abs(dx * step[1]) + Math.abs(dy * step[0]);
    if (along <= 0 || (step[0] && dy !== 0)) continue;
    const far = along + aside * 4;
    if (far < distance) { best = cell; distance = far; }
  }
  if (!best) return;
  from.setAttribute("tabindex", "-1");
  best.setAttribute("tabindex", "0");
  best.focus();
}

// hover or focus explains a cell in a sentence below the grid
function explain(event) {
  const cell = event.target.closest?.(".cell");
  const grid = cell?.closest("[data-explains]");
  if (!grid) return;
  const line = document.getElementById(grid.dataset.explains);
  if (line) line.textContent = cell.getAttribute("aria-label");
}
document.addEventListener("focusin", explain);

// a matrix row and its table row are one row: pointing at either lights both
document.addEventListener("pointerover", event => {
  explain(event);
  for (const lit of document.querySelectorAll(".is-hover")) lit.classList.remove("is-hover");
  const id = event.target.closest?.("[data-row]")?.dataset.row;
  if (id) for (const row of document.querySelectorAll(`[data-row="${CSS.escape(id)}"]`)) row.classList.add("is-hover");
});
