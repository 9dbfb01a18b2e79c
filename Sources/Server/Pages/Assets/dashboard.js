// Makes the pages better; without it they are complete. It asks for nothing but the page itself again.
"use strict";
(() => {
  const main = document.querySelector("main");

  // Ages and times to go stay true while a page is open.
  function span(seconds) {
    const minutes = Math.floor(Math.abs(seconds) / 60), days = Math.floor(minutes / 1440), hours = Math.floor(minutes / 60) % 24;
    if (minutes === 0) return "less than a minute";
    if (minutes < 60) return `${minutes} min`;
    if (minutes < 1440) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
    if (minutes < 14400) return hours ? `${days} d ${hours} h` : `${days} d`;
    return minutes < 1051200 ? `${days} d` : `${Math.floor(days / 365)} years`;
  }
  function tick() {
    for (const time of document.querySelectorAll("time[data-age]")) {
      const seconds = (Date.parse(time.dateTime) - Date.now()) / 1000;
      const text = seconds >= 0 ? `in ${span(seconds)}` : `${span(seconds)} ago`;
      if (time.textContent !== text) time.textContent = text;
    }
  }
  tick();
  setInterval(tick, 15000);

  // A filter applies as soon as it is chosen; its button is then in the way.
  function prepare(root) {
    for (const form of root.querySelectorAll("form[data-auto]")) {
      for (const button of form.querySelectorAll("button[type=submit]")) button.hidden = true;
      form.addEventListener("change", () => form.requestSubmit());
    }
    const zones = root.querySelector("select[name=tz]");
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (zones && own && ![...zones.options].some((option) => option.value === own)) {
      zones.add(new Option(own.replaceAll("_", " "), own));
    }
  }
  prepare(document);

  // Details of a mark: on hover and focus; on touch first the details, then the page.
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  tip.setAttribute("role", "status");
  let held = null;
  const words = new WeakMap();
  function describe(link) {
    if (!words.has(link)) {
      const title = link.querySelector("title");
      if (!title) return null;
      words.set(link, title.textContent);
      // The browser's own box would cover ours; the name stays for those who don't see it.
      link.setAttribute("aria-label", title.textContent);
      title.remove();
    }
    return words.get(link);
  }
  function show(link) {
    const text = describe(link);
    if (!text) return;
    const [name, ...rest] = text.split(": ");
    const parts = (rest.length ? rest.join(": ") : name).split("; ");
    const labels = parts.length > 3 ? ["Closest", "Distance", "Diameter", "Speed", "", ""] : ["Closest", "Distance", "Speed"];
    tip.replaceChildren();
    if (rest.length) {
      const head = document.createElement("b");
      head.textContent = name;
      tip.append(head);
    }
    const list = document.createElement("dl");
    parts.forEach((part, index) => {
      const term = document.createElement("dt"), value = document.createElement("dd");
      term.textContent = labels[index] ?? "";
      value.textContent = part;
      list.append(term, value);
    });
    tip.append(list);
    const chart = link.closest(".chart");
    chart.append(tip);
    tip.hidden = false;
    const mark = (link.querySelector(".m, .u") ?? link).getBoundingClientRect(), frame = chart.getBoundingClientRect();
    const right = mark.right - frame.left + 12, left = mark.left - frame.left - 12 - tip.offsetWidth;
    const x = right + tip.offsetWidth <= frame.width ? right : left >= 0 ? left : Math.max(0, frame.width - tip.offsetWidth) / 2;
    const y = Math.min(Math.max(0, mark.top - frame.top - 20), Math.max(0, frame.height - tip.offsetHeight));
    // Styles set by a script are not style attributes in the markup: the policy allows them.
    tip.style.left = `${x}px`;
    tip.style.top = `${y}px`;
  }
  function hide() {
    tip.hidden = true;
    held = null;
  }
  const markOf = (event) => event.target.closest?.(".chart svg a");
  document.addEventListener("pointerover", (event) => {
    const link = markOf(event);
    if (link && event.pointerType === "mouse") show(link);
  });
  document.addEventListener("pointerout", (event) => {
    if (markOf(event) && event.pointerType === "mouse" && document.activeElement?.closest?.(".chart svg a") !== markOf(event)) hide();
  });
  document.addEventListener("focusin", (event) => {
    const link = markOf(event);
    if (link) show(link);
    else if (!event.target.closest?.(".tip")) hide();
  });
  document.addEventListener("click", (event) => {
    const link = markOf(event);
    if (!link || event.pointerType !== "touch" || held === link) return;
    event.preventDefault();
    held = link;
    show(link);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return hide();
    const link = markOf(event);
    if (!link || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    const marks = [...link.closest("svg").querySelectorAll("a")];
    const next = marks[marks.indexOf(link) + (event.key === "ArrowRight" ? 1 : -1)];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  });

  // What is under way is looked at again; what somebody is in the middle of stays.
  async function refresh() {
    if (!main?.dataset.live || document.hidden) return;
    const active = document.activeElement;
    if (active && main.contains(active) && active.matches("input, select, textarea, button")) return;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("main"), state = page.querySelector(".state");
      if (!fresh) return;
      const log = main.querySelector("pre.log"), atEnd = log && log.scrollTop + log.clientHeight >= log.scrollHeight - 8;
      if (fresh.innerHTML !== main.innerHTML) {
        main.replaceChildren(...fresh.childNodes);
        prepare(main);
        tick();
        const next = main.querySelector("pre.log");
        if (next && atEnd) next.scrollTop = next.scrollHeight;
      }
      if (fresh.dataset.live) main.dataset.live = "1";
      else delete main.dataset.live;
      if (state) document.querySelector(".state")?.replaceWith(state);
    } catch {
      // The server is away for a moment; the next look finds it.
    }
  }
  setInterval(refresh, 1000);
})();
