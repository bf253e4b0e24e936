// Optional: every page works without it. It filters and sorts lists, colours and copies code, and opens the part of a page that a
// link leads into. No single-key shortcuts (WCAG 2.1.4).
(() => {
  "use strict";

  // A list's filter: one choice a facet and words, all of which must fit. The address carries them.
  const FACETS = {
    year: (row) => [row.querySelector("time")?.dateTime.slice(0, 4)],
    severity: (row) => [row.cells[3].querySelector("b")?.textContent],
    service: (row) => (row.cells[2].querySelector("small") ? [] : row.cells[2].textContent.trim().split(", ")),
    // On the page of a cause its rows do not name it: one without a list has that alone.
    cause: (row) => row.querySelector("ul") && [...row.querySelectorAll("li")].flatMap((item) => item.dataset.c?.split(" ") ?? nameOf(item.firstElementChild)),
  };
  const nameOf = (link) => link?.getAttribute("href")?.split("/").pop().replace(/\.html$/, "");

  const filter = (form) => {
    const table = document.getElementById(form.dataset.filter);
    if (!table || table.tBodies[0].rows.length < 2) return;
    const selects = [...form.querySelectorAll("select[name]")];
    const input = form.querySelector("input");
    const out = form.querySelector("output");
    const more = form.querySelector("a");
    const titles = new Map([...table.querySelectorAll("th li a")].map((link) => [nameOf(link), link.textContent]));
    const rows = [...table.tBodies[0].rows].map((row) => {
      const values = {};
      for (const { name } of selects) {
        const found = FACETS[name](row);
        values[name] = found?.some(Boolean) ? found.filter(Boolean) : found ? ["-"] : [];
      }
      return { row, values, text: row.textContent.toLowerCase() };
    });
    const title = (value) => (value === "-" ? form.dataset.none : titles.get(value) ?? value);
    const offer = (select, value) => select.add(new Option(title(value), value));
    for (const select of selects) {
      const known = [...new Set(rows.flatMap(({ values }) => values[select.name]))];
      known.sort((a, b) => (a === "-") - (b === "-") || title(a).localeCompare(title(b), undefined, { numeric: true }));
      if (select.name === "year") known.reverse();
      for (const value of known) offer(select, value);
      select.closest("label").hidden = known.length < 2;
    }

    const apply = () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      const fits = ({ values, text }, but) =>
        words.every((word) => text.includes(word)) && selects.every((s) => s === but || !s.value || values[s.name].includes(s.value));
      let shown = 0;
      for (const one of rows) if (!(one.row.hidden = !fits(one))) shown += 1;
      for (const select of selects) {
        const near = rows.filter((one) => fits(one, select));
        for (const option of select.options) {
          if (option.value) option.text = `${title(option.value)} (${near.filter(({ values }) => values[select.name].includes(option.value)).length})`;
        }
      }
      const isOn = Boolean(words.length || selects.some((select) => select.value));
      out.textContent = isOn ? form.dataset.text.replace("{n}", shown).replace("{all}", rows.length) : "";
      form.querySelector("button").hidden = !isOn;
      // The other pages of the list keep the filter; the search takes it to all incidents.
      for (const link of document.querySelectorAll("[data-pages] a")) link.search = location.search;
      if (!more) return;
      const { year, severity, service, cause } = Object.fromEntries(selects.map((select) => [select.name, select.value]));
      const field = (name, value) => (value && value !== "-" ? `${name}:${/\s/.test(value) ? `"${value}"` : value}` : "");
      const q = [input.value.trim(), field("severity", severity), field("service", service), field("cause", cause)].filter(Boolean).join(" ");
      more.hidden = !q;
      more.search = new URLSearchParams(year && year !== "-" ? { q, year } : { q });
    };
    const write = (step) => {
      const url = new URL(location.href);
      for (const { name, value } of [...selects, input]) {
        if (value) url.searchParams.set(name, value);
        else url.searchParams.delete(name);
      }
      try { history[step](null, "", url); } catch { /* Not possible from file:// in some browsers. */ }
      apply();
    };
    const read = () => {
      const given = new URLSearchParams(location.search);
      for (const select of selects) {
        const value = given.get(select.name) ?? "";
        if (value && ![...select.options].some((option) => option.value === value)) offer(select, value);
        select.value = value;
        if (value) select.closest("label").hidden = false;
      }
      input.value = given.get(input.name) ?? "";
      apply();
    };
    form.addEventListener("change", ({ target }) => selects.includes(target) && write("pushState"));
    input.addEventListener("input", () => write("replaceState"));
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(() => write("pushState")));
    addEventListener("popstate", read);
    read();
    form.classList.add("on");
  };
  for (const form of document.querySelectorAll("[data-filter]")) filter(form);

  // Tables are sorted by a click on a column's heading, and by a second one the other way round. What is not stated stays last.
  const valueOf = (cell, isMeasured) => {
    const own = cell.dataset.s ?? cell.querySelector("time")?.dateTime ?? (isMeasured ? "" : undefined);
    if (own === undefined && (cell.classList.contains("r") || cell.matches(":is(.pareto, .nums) td"))) return Number(cell.textContent.replace(/\D/g, "") || NaN);
    if (own === undefined) return cell.querySelector(".mute, small") ? "" : cell.textContent.trim();
    return own === "" || isNaN(own) ? own : Number(own);
  };
  const isBlank = (value) => value === "" || Number.isNaN(value);
  for (const table of document.querySelectorAll("table.sortable")) {
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];
    if (body.rows.length < 2) continue;
    // On a phone the headings are not shown: a choice above the list presses them.
    const choice = document.querySelector(`[data-filter="${table.id}"] .sorter`);
    choice?.addEventListener("change", () => heads[choice.value]?.querySelector("button").click());
    for (const [at, head] of heads.entries()) {
      choice?.add(new Option(head.textContent, at));
      if (head.classList.contains("barcell")) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const isMeasured = [...body.rows].some((row) => row.cells[at].dataset.s);
        const rows = [...body.rows].map((row) => ({ row, value: valueOf(row.cells[at], isMeasured) }));
        const isText = rows.every(({ value }) => typeof value === "string" && !/^\d{4}/.test(value));
        const before = head.getAttribute("aria-sort");
        const isUp = before ? before === "descending" : isText;
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", isUp ? "ascending" : "descending");
        const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), undefined, { numeric: true }));
        rows.sort((a, b) => isBlank(a.value) - isBlank(b.value) || (isUp ? compare(a.value, b.value) : compare(b.value, a.value)) || 0);
        body.append(...rows.map(({ row }) => row));
      });
    }
  }

  // Code: colours where its language is stated and known, and a button that copies it.
  for (const code of document.querySelectorAll("pre > code[class^=language-]")) {
    const language = code.className.slice("language-".length).split(" ")[0];
    if (window.hljs?.getLanguage(language) && !code.children.length && code.textContent.length < 50000) hljs.highlightElement(code);
  }
  const { copy, copied } = document.body.dataset;
  const copyText = async (pre) => {
    try {
      await navigator.clipboard.writeText(pre.textContent.trimEnd());
    } catch {
      getSelection().selectAllChildren(pre);
      document.execCommand("copy");
    }
  };
  for (const pre of copy ? document.querySelectorAll(".doc pre") : []) {
    const box = document.createElement("div");
    const button = document.createElement("button");
    const said = document.createElement("span");
    box.className = "code";
    button.type = "button";
    button.textContent = copy;
    said.className = "vh";
    said.role = "status";
    pre.replaceWith(box);
    box.append(pre, button, said);
    button.addEventListener("click", async () => {
      await copyText(pre);
      button.textContent = said.textContent = copied;
      setTimeout(() => { button.textContent = copy; said.textContent = ""; }, 2000);
    });
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
