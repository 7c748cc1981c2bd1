// What scrolls sideways, code and wide tables, can be reached and scrolled with the keyboard.
document.addEventListener("DOMContentLoaded", () => {
  const reach = () => {
    for (const each of document.querySelectorAll("pre > code, .md-typeset__scrollwrap")) each.tabIndex = 0;
  };
  reach();
  // The theme puts its frames around tables later.
  new MutationObserver(reach).observe(document.body, { childList: true, subtree: true });
});
