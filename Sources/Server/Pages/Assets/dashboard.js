// Makes the pages better; without it they are complete. It asks for nothing but the page itself again.
"use strict";
(() => {
  const main = document.querySelector("main");
  // Its content as it came, before anything below changes it.
  let seen = main?.innerHTML;

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
  // Back from another page a browser fills in what was chosen last; what is shown is what the URL says.
  addEventListener("pageshow", (event) => {
    for (const form of document.querySelectorAll("form[data-auto]")) form.reset();
    if (event.persisted) minute = 0;
  });

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
    const mark = shape(link).getBoundingClientRect(), frame = chart.getBoundingClientRect();
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

  // A pointer means the nearest mark that is near enough, whichever lies on top.
  const reach = 24;
  const shape = (link) => link.querySelector(".m, .u") ?? link;
  const places = new WeakMap();
  function marks(chart, frame) {
    let known = places.get(chart);
    if (known?.width !== frame.width) {
      known = { width: frame.width, marks: [] };
      for (const link of chart.querySelectorAll("svg a")) {
        const box = shape(link).getBoundingClientRect();
        known.marks.push({ link, x: box.x + box.width / 2 - frame.x, y: box.y + box.height / 2 - frame.y });
        describe(link);
      }
      places.set(chart, known);
    }
    return known.marks;
  }
  function aimedAt(event) {
    const chart = event.target.closest?.(".chart");
    if (!chart || event.target.closest(".tip")) return null;
    const frame = chart.getBoundingClientRect();
    let found = null, least = reach;
    for (const { link, x, y } of marks(chart, frame)) {
      const apart = Math.hypot(event.clientX - frame.x - x, event.clientY - frame.y - y);
      if (apart < least) [found, least] = [link, apart];
    }
    return found;
  }
  const markOf = (event) => event.target.closest?.(".chart svg a");
  let aim = null;
  document.addEventListener("pointermove", (event) => {
    if (event.pointerType !== "mouse") return;
    const link = aimedAt(event);
    if (link === aim) return;
    for (const mark of [aim, link]) {
      mark?.classList.toggle("near", mark === link);
      mark?.closest(".chart")?.classList.toggle("aimed", mark === link);
    }
    aim = link;
    if (link) show(link);
    else if (!document.activeElement?.closest?.(".chart svg a")) hide();
  });
  document.addEventListener("focusin", (event) => {
    const link = markOf(event);
    if (link) show(link);
    else if (!event.target.closest?.(".tip")) hide();
  });
  // A browser moves a tap's click to the link that it takes for meant; where the finger was is where it came down.
  let down = null;
  document.addEventListener("pointerdown", (event) => { down = event; });
  document.addEventListener("click", (event) => {
    // What a key clicks is in focus, and what is sent on below is meant as it is.
    if (!event.isTrusted || !event.pointerType) return;
    const link = aimedAt(event.pointerType === "touch" && down ? down : event);
    if (!link) return;
    if (event.pointerType === "touch" && held !== link) {
      event.preventDefault();
      held = link;
      show(link);
    } else if (markOf(event) !== link) {
      event.preventDefault();
      const { ctrlKey, metaKey, shiftKey, altKey } = event;
      link.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, view: window, ctrlKey, metaKey, shiftKey, altKey }));
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return hide();
    const link = markOf(event);
    if (!link || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    const links = [...link.closest("svg").querySelectorAll("a")];
    const next = links[links.indexOf(link) + (event.key === "ArrowRight" ? 1 : -1)];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  });

  // What is under way is looked at again each second, any other page each minute: what comes next, the line at now, the
  // day, a run that began. An unchanged page is not sent again, and what somebody is in the middle of stays.
  const thisMinute = () => Math.floor(Date.now() / 60000);
  let minute = thisMinute(), tag = null;
  function isChanged(field) {
    if (field.type === "checkbox") return field.checked !== field.defaultChecked;
    if (!field.options) return field.value !== field.defaultValue;
    return field.selectedIndex !== Math.max(0, [...field.options].findIndex((option) => option.defaultSelected));
  }
  function isBusy() {
    const active = document.activeElement;
    return Boolean(
      (main.contains(active) && active.matches("input, select, textarea, button")) || !tip.hidden || String(getSelection()) ||
      main.querySelector("[role=alert]") || [...main.querySelectorAll("input, select")].some(isChanged));
  }
  function replace(fresh) {
    const scrolling = () => [...main.querySelectorAll(".scroll, .days, .log, .command")];
    const places = scrolling().map((e) => [e.scrollLeft, e.scrollTop, e.matches(".log") && e.scrollTop + e.clientHeight >= e.scrollHeight - 8]);
    const active = document.activeElement, name = (e) => e.getAttribute("href") ?? e.getAttribute("aria-label") ?? e.textContent;
    const stops = (wanted) => [...main.querySelectorAll("a, [tabindex]")].filter((e) => name(e) === wanted);
    const focused = main.contains(active) ? name(active) : null;
    const index = focused === null ? -1 : stops(focused).indexOf(active);
    const { scrollX, scrollY } = window;
    main.replaceChildren(...fresh.childNodes);
    aim = null;
    prepare(main);
    tick();
    scrolling().forEach((e, at) => {
      if (places[at]) [e.scrollLeft, e.scrollTop] = [places[at][0], places[at][2] ? e.scrollHeight : places[at][1]];
    });
    if (index >= 0) stops(focused)[index]?.focus({ preventScroll: true });
    window.scrollTo(scrollX, scrollY);
  }
  async function refresh() {
    if (!main || document.hidden || (!main.dataset.live && minute === thisMinute()) || isBusy()) return;
    minute = thisMinute();
    try {
      const headers = { Accept: "text/html" };
      if (tag) headers["If-None-Match"] = tag;
      const answer = await fetch(location.href, { cache: "no-store", headers });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("main");
      if (!fresh || isBusy()) return;
      tag = answer.headers.get("ETag");
      const html = fresh.innerHTML;
      if (fresh.dataset.live) main.dataset.live = "1";
      else delete main.dataset.live;
      if (html !== seen) replace(fresh);
      seen = html;
      document.title = page.title;
      for (const part of [".state", ".foot [data-clock]"]) {
        const next = page.querySelector(part);
        if (next) document.querySelector(part)?.replaceWith(next);
      }
    } catch {
      // The server is away for a moment; the next look finds it.
    }
  }
  setInterval(refresh, 1000);
  document.addEventListener("visibilitychange", refresh);
})();
