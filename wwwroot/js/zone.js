// The browser's time zone, kept in a cookie so that the server's next response already has it.
export function zone() {
  const name = Intl.DateTimeFormat().resolvedOptions().timeZone;
  document.cookie = `castellan-zone=${name}; path=/; max-age=31536000; samesite=lax`;
  return name;
}
