// Keeps a served page fresh. Added by `hindsite serve` and never part of a built site.
(() => {
  "use strict";
  const me = document.currentScript;
  const page = me.dataset.page;
  const stateKey = "hindsite:" + location.pathname;
  let build = me.dataset.build;
  let tag = me.dataset.tag;
  let checking = Promise.resolve();

  // The page's own, without the panel that we add after it has loaded.
  const OWN_DETAILS = "details:not(.hindsite-notes)";

  // What the reader had open and where they were, over a reload.
  const save = () => {
    const open = [...document.querySelectorAll(OWN_DETAILS)].map((details) => details.open);
    try {
      sessionStorage.setItem(stateKey, JSON.stringify({ x: scrollX, y: scrollY, open }));
    } catch { /* without storage the page begins at the top */ }
  };
  const restore = () => {
    let state = null;
    try {
      state = JSON.parse(sessionStorage.getItem(stateKey));
      sessionStorage.removeItem(stateKey);
    } catch { /* as above */ }
    if (!state) return;
    const all = document.querySelectorAll(OWN_DETAILS);
    if (all.length === state.open.length) all.forEach((details, index) => { details.open = state.open[index]; });
    scrollTo(state.x, state.y);
  };

  const sheets = (root) => [...root.querySelectorAll('link[rel~="stylesheet"]')].filter((link) => !link.hasAttribute("data-hindsite"));

  // The page without what may change while its reader sees the same: style sheets, and our own script.
  const essence = (root) => {
    const copy = root.documentElement.cloneNode(true);
    sheets(copy).forEach((link) => link.removeAttribute("href"));
    copy.querySelectorAll('script[src^="/__hindsite/"]').forEach((script) => script.remove());
    return copy.outerHTML;
  };

  const swapStyles = (fresh) => {
    const [old, young] = [sheets(document), sheets(fresh)];
    if (old.length !== young.length) return false;
    old.forEach((link, index) => {
      const href = young[index].getAttribute("href");
      if (link.getAttribute("href") === href) return;
      const next = link.cloneNode();
      next.setAttribute("href", href);
      next.addEventListener("load", () => link.remove(), { once: true });
      link.after(next);
    });
    return true;
  };

  let original = null; // the page as it was sent, kept from the first look on

  const look = async (event) => {
    const response = await fetch(location.href, { cache: "no-store", headers: { Accept: "text/html" } });
    const fresh = response.headers.get("ETag") || "";
    if (fresh !== tag) {
      const text = await response.text();
      const parsed = new DOMParser().parseFromString(text, "text/html");
      if (response.ok && original && essence(parsed) === essence(original) && swapStyles(parsed)) {
        original = parsed;
        tag = fresh;
      } else {
        save();
        location.reload();
        return;
      }
    }
    refreshImages(event);
    build = event.build;
    await notes();
  };

  // A picture that changed has the same address as before.
  const refreshImages = (event) => {
    for (const asset of event.assets || []) {
      for (const image of document.images) {
        const source = new URL(image.src, location.href);
        if (decodeURIComponent(source.pathname).endsWith("/" + asset)) {
          source.searchParams.set("build", event.build);
          image.src = source.href;
        }
      }
    }
  };

  const box = (name, make) => {
    document.querySelectorAll("." + name).forEach((old) => old.remove());
    const element = make();
    if (element) document.body.append(element);
  };

  const element = (name, text, className) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  };

  const showTrouble = (trouble) => box("hindsite-overlay", () => {
    if (!trouble.length) return null;
    const overlay = element("section", "", "hindsite-overlay");
    overlay.setAttribute("role", "alert");
    const close = element("button", "Close");
    close.addEventListener("click", () => overlay.remove());
    overlay.append(close, element("h2", trouble.length === 1 ? "1 error" : trouble.length + " errors"));
    trouble.forEach((text) => overlay.append(element("pre", text)));
    return overlay;
  });

  // Where a value was read: its line, and how it was found there.
  const place = (source) => {
    if (source.from === "file-name") return "file name";
    const how = source.from === "front-matter" ? "front matter" : source.rule.replaceAll("-", " ");
    return source.line ? "line " + source.line + ", " + how : how;
  };

  const sourceTable = (sources) => {
    const table = element("table");
    sources.forEach((source) => {
      const row = table.insertRow();
      row.append(element("th", source.field.replaceAll("_", " ")), element("td", source.value), element("td", place(source)));
      row.title = source.quote;
    });
    return table;
  };

  const showNotes = (notes, sources, wasOpen) => box("hindsite-notes", () => {
    if (!notes.length && !sources.length) return null;
    const panel = element("details", "", "hindsite-notes");
    panel.open = wasOpen;
    const counted = (count, one, many) => (count ? [count === 1 ? "1 " + one : count + " " + many] : []);
    panel.append(element("summary", [...counted(notes.length, "note", "notes"), ...counted(sources.length, "value read", "values read")].join(", ")));
    notes.forEach((text) => panel.append(element("pre", text)));
    if (sources.length) panel.append(sourceTable(sources));
    return panel;
  });

  const notes = async () => {
    const response = await fetch("/__hindsite/notes?page=" + encodeURIComponent(page), { cache: "no-store" });
    const answer = await response.json();
    const panel = document.querySelector(".hindsite-notes");
    showTrouble(answer.trouble);
    showNotes(answer.warnings, answer.sources, Boolean(panel && panel.open));
    return answer;
  };

  // One look after the other: two at once could each think that they are the newest.
  const hear = (event) => {
    checking = checking
      .then(() => (String(event.build) === String(build) ? null : look(event)))
      .catch(() => { /* the server is gone; the stream says when it is back */ });
  };

  const listen = (tell) => {
    const events = new EventSource("/__hindsite/events");
    events.onmessage = (message) => {
      const event = JSON.parse(message.data);
      tell(event);
      hear(event);
    };
  };

  // A browser opens six connections to a server at most, so of all tabs one listens and tells the others. When it is closed, the
  // lock passes to the next.
  const listenTogether = () => {
    if (!navigator.locks || !window.BroadcastChannel) {
      listen(() => {});
      return;
    }
    const channel = new BroadcastChannel("hindsite");
    channel.onmessage = (message) => hear(message.data);
    navigator.locks.request("hindsite", () => new Promise(() => listen((event) => channel.postMessage(event))));
  };

  const start = async () => {
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = "/__hindsite/overlay.css";
    style.setAttribute("data-hindsite", "");
    document.head.append(style);
    restore();
    listenTogether();
    // Between the page and this moment there may have been another build.
    await notes().then(hear).catch(() => {});
    const sent = await fetch(location.href, { cache: "force-cache" }).then((response) => response.text()).catch(() => "");
    if (sent) original = new DOMParser().parseFromString(sent, "text/html");
  };
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) notes().then(hear).catch(() => {});
  });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  start();
})();
