// The choice is a cookie, so that the server's first response already has the right theme.
const root = document.documentElement;
const shown = () => root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

document.addEventListener("click", event => {
  if (!event.target.closest?.("[data-theme-toggle]")) return;
  event.preventDefault();
  root.dataset.theme = shown() === "dark" ? "light" : "dark";
  document.cookie = `castellan-theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax`;
});
