// Optional: every page works without it. It shows the filter of a list, keeps the filter in the address, and opens the part of a
// page that a link leads into. No single-key shortcuts (WCAG 2.1.4).
(() => {
  "use strict";

  for (const box of document.querySelectorAll("[data-filter]")) {
    const table = document.getElementById(box.dataset.filter);
    const input = box.querySelector("input");
    const out = box.querySelector("output");
    if (!table || !input) continue;
    const rows = [...table.tBodies[0].rows];
    const texts = rows.map((row) => row.textContent.toLowerCase());
    const apply = () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const [at, row] of rows.entries()) {
        const hit = words.every((word) => texts[at].includes(word));
        row.hidden = !hit;
        if (hit) shown += 1;
      }
      out.textContent = words.length ? box.dataset.text.replace("{n}", shown).replace("{all}", rows.length) : "";
    };
    input.addEventListener("input", () => {
      apply();
      const url = new URL(location.href);
      if (input.value) url.searchParams.set("filter", input.value);
      else url.searchParams.delete("filter");
      try { history.replaceState(null, "", url); } catch { /* Not possible from file:// in some browsers. */ }
    });
    box.hidden = false;
    input.value = new URLSearchParams(location.search).get("filter") || "";
    if (input.value) apply();
  }

  // A link may lead into a folded part: open it.
  const reveal = () => {
    let id = location.hash.slice(1);
    try { id = decodeURIComponent(id); } catch { /* Not an encoded anchor: take it as it is. */ }
    const target = id && document.getElementById(id);
    if (!target) return;
    let opened = false;
    for (let part = target.closest("details:not([open])"); part; part = part.parentElement.closest("details:not([open])")) {
      part.open = true;
      opened = true;
    }
    if (opened) target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();
})();
