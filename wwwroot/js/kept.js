// What a reader chose last, kept in the browser: a few hundred short texts. The ones that were not used for longest make room for new ones.
const prefix = "castellan-kept:", most = 200, longest = 4000;

export function get(key) {
  const kept = read(prefix + key);
  if (kept) write(prefix + key, kept.value);
  return kept?.value ?? null;
}

// nothing, or what is too long to be a choice, is forgotten
export function set(key, value) {
  if (value === null || value.length > longest) localStorage.removeItem(prefix + key);
  else {
    write(prefix + key, value);
    makeRoom();
  }
}

function read(name) {
  try {
    const kept = JSON.parse(localStorage.getItem(name));
    return typeof kept?.value === "string" ? kept : null;
  } catch {
    return null;
  }
}

function write(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify({ value, at: Date.now() }));
  } catch {
    // the browser keeps nothing, or has no room: the choice lasts as long as the page
  }
}

function makeRoom() {
  const names = Object.keys(localStorage).filter(name => name.startsWith(prefix));
  if (names.length <= most) return;
  const oldest = names.map(name => [read(name)?.at ?? 0, name]).sort((one, other) => one[0] - other[0]);
  for (const [, name] of oldest.slice(0, names.length - most)) localStorage.removeItem(name);
}
