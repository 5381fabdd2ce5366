// A range chosen over bars: dragged with a pointer, or moved by its two handles with the arrow keys. The server is told at the end, by the hidden field;
// Enter sends the form before it.
const brushOf = target => target.closest?.("[data-brush]");
const fieldOf = brush => brush.querySelector("[data-brush-range]");
const rangeOf = brush => fieldOf(brush).value.split("-").map(Number);
let dragged = null;

function show(brush, from, to) {
  const pick = brush.querySelector("[data-brush-pick]"), bars = Number(brush.dataset.brush);
  pick.style.left = `${100 * from / bars}%`;
  pick.style.right = `${100 * (bars - to) / bars}%`;
}

function tell(brush, from, to) {
  const field = fieldOf(brush), value = `${from}-${to}`;
  if (field.value === value) return;
  field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

function barAt(brush, event) {
  const box = brush.getBoundingClientRect(), bars = Number(brush.dataset.brush);
  return Math.min(bars - 1, Math.max(0, Math.floor((event.clientX - box.left) / box.width * bars)));
}

const spanned = (one, other) => [Math.min(one, other), Math.max(one, other) + 1];

document.addEventListener("pointerdown", event => {
  const brush = brushOf(event.target);
  if (!brush || event.button !== 0) return;
  const handle = event.target.closest("[data-brush-handle]"), [from, to] = rangeOf(brush), bar = barAt(brush, event);
  dragged = { brush, anchor: handle ? (handle.dataset.brushHandle === "from" ? to - 1 : from) : bar, bar, handle };
  brush.setPointerCapture(event.pointerId);
  if (!handle) {
    event.preventDefault();
    show(brush, ...spanned(dragged.anchor, bar));
  }
});

document.addEventListener("pointermove", event => {
  if (!dragged) return;
  dragged.bar = barAt(dragged.brush, event);
  dragged.moved = true;
  show(dragged.brush, ...spanned(dragged.anchor, dragged.bar));
});

document.addEventListener("pointerup", () => {
  if (dragged && (dragged.moved || !dragged.handle)) tell(dragged.brush, ...spanned(dragged.anchor, dragged.bar));
  dragged = null;
});

document.addEventListener("pointercancel", () => {
  if (dragged) show(dragged.brush, ...rangeOf(dragged.brush));
  dragged = null;
});

document.addEventListener("keydown", event => {
  const handle = event.target.closest?.("[data-brush-handle]"), brush = handle && brushOf(handle);
  if (!brush || event.ctrlKey || event.metaKey || event.altKey) return;
  const bars = Number(brush.dataset.brush), isFrom = handle.dataset.brushHandle === "from";
  let [from, to] = rangeOf(brush);
  const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -5, PageUp: 5, Home: -bars, End: bars }[event.key];
  if (event.key === "Enter") brush.parentElement.querySelector("form")?.requestSubmit();
  else if (!step) return;
  else if (isFrom) from = Math.min(to - 1, Math.max(0, from + step));
  else to = Math.max(from + 1, Math.min(bars, to + step));
  event.preventDefault();
  show(brush, from, to);
  tell(brush, from, to);
});
