#!/usr/bin/env python3
"""Look at a site's pages in a real browser (Debian's Chromium, driven by Playwright).

    browse.py check --base URL [--schemes light,dark] [--widths 360,768,1440] PATH...
    browse.py shoot --base URL --out DIR [--schemes ...] [--widths ...] [--full] [--scale 2] NAME=PATH...
    browse.py walk  --base URL [--no-script] [--scheme light] [--width 1440] FILE

`check` prints one line of JSON for each page, color scheme and width, with the problems it found.
`shoot` writes pictures. `walk` does the steps of a JSON file in one page and prints one line of JSON for each.

`check` and `shoot` exit with 0 if they could look at all pages, whatever they found there. `walk` exits with 0 if all
steps are ok and with 1 at the first that is not. Each exits with 2 if it could not work, and says why on stderr.
"""

import argparse
import contextlib
import datetime
import json
import os
import re
import socket
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

try:
    import axe_playwright_python
    from playwright.sync_api import Error as BrowserError
    from playwright.sync_api import sync_playwright
except ImportError as missing:
    print(f"browse.py: {missing}. Install Tests/Browser/requirements.txt.", file=sys.stderr, flush=True)
    sys.exit(2)

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGE_TIMEOUT = 20_000  # milliseconds for a page to load
QUIET_TIMEOUT = 3  # seconds to wait after that for requests a page's script makes
MOST_PRESSES = 400
MOST_TESTED = 300
MOST_LISTED = 10  # problems of one kind on one page

# A short name for an element, for the texts of problems.
JS_NAME = """
const name = (e) => {
  const text = (e.innerText ?? e.textContent ?? '').trim().replace(/\\s+/g, ' ').slice(0, 30)
    || e.getAttribute('aria-label') || e.getAttribute('name') || e.getAttribute('href') || '';
  return e.tagName.toLowerCase() + (e.id ? '#' + e.id : '') + [...e.classList].map(c => '.' + c).join('')
    + (text ? ' "' + text + '"' : '');
};
"""

JS_SETTLED = """async () => {
  await document.fonts.ready;
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""

# The console does not tell of a stopped eval which the page catches; this notes it before the page's scripts run.
JS_NOTE_EVAL = """(() => {
  const found = [];
  Object.defineProperty(window, Symbol.for('stopped evals'), {value: found});
  document.addEventListener('securitypolicyviolation', (e) => {
    const where = e.sourceFile + ':' + e.lineNumber;
    if (/eval/.test(e.blockedURI)) found.push(`${e.effectiveDirective} stops ${e.blockedURI} (${where})`);
  });
})()"""

JS_STOPPED_EVALS = "() => window[Symbol.for('stopped evals')] || []"

# What sticks out at the right or left: the outermost elements, without what a scrolling or clipping box holds.
JS_OVERFLOW = "() => {" + JS_NAME + """
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return null;
  const boxed = (e) => {
    for (let p = e.parentElement; p && p !== document.body && p !== root; p = p.parentElement) {
      if (getComputedStyle(p).overflowX !== 'visible') return true;
    }
    return false;
  };
  const right = (e) => {
    let edge = e.getBoundingClientRect().right;
    for (const node of e.childNodes) {
      if (node.nodeType !== Node.TEXT_NODE || !node.data.trim()) continue;
      if (getComputedStyle(e).overflowX !== 'visible') continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      edge = Math.max(edge, range.getBoundingClientRect().right);
    }
    return edge + scrollX;
  };
  const out = [];
  for (const e of document.body.querySelectorAll('*')) {
    if (out.length === 3) break;
    const edge = right(e);
    if (edge <= root.clientWidth + 0.5 || !e.getClientRects().length) continue;
    if (out.some(o => o.element.contains(e)) || boxed(e)) continue;
    out.push({element: e, text: name(e) + ' (to ' + Math.round(edge) + ')'});
  }
  return {scroll: root.scrollWidth, client: root.clientWidth, out: out.map(o => o.text)};
}"""

JS_DOCUMENT = """() => ({
  title: document.title.trim(),
  lang: (document.documentElement.getAttribute('lang') || '').trim(),
  headings: document.querySelectorAll('h1').length,
})"""

# The text of <main>, without what depends on the clock or is there for scripts alone. Leaves the page as it was.
JS_MAIN_TEXT = """() => {
  const main = document.querySelector('main');
  if (!main) return null;
  const hidden = [...main.querySelectorAll('time, [data-clock], [data-script-only]')].map(e => ({
    e, had: e.hasAttribute('style'),
    value: e.style.getPropertyValue('display'), priority: e.style.getPropertyPriority('display'),
  }));
  for (const h of hidden) h.e.style.setProperty('display', 'none', 'important');
  const text = main.innerText;
  for (const h of hidden) {
    h.e.style.setProperty('display', h.value, h.priority);
    if (!h.had) h.e.removeAttribute('style');
  }
  return text;
}"""

JS_AXE = """async (tags) => {
  const options = {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']};
  const result = await axe.run(document, options);
  return result.violations.map(v => ({
    id: v.id, impact: v.impact, count: v.nodes.length,
    first: v.nodes[0].target.flat().join(' '), summary: v.nodes[0].failureSummary || v.help,
  }));
}"""

# The keyboard check keeps its state in the page: what has to get focus, what got it, and how elements look without it.
JS_KEYBOARD_START = "([most]) => {" + JS_NAME + """
  const controls = 'a[*|href], button, input, select, textarea, summary';
  const usable = (e) => !e.disabled && e.type !== 'hidden' && e.getClientRects().length > 0
    && e.checkVisibility({visibilityProperty: true, opacityProperty: true})
    && !(e.matches('summary') && e !== e.parentElement.querySelector(':scope > summary'));
  const parts = (e) => [e, ...(e.labels || []), ...(e.matches('input') && e.nextElementSibling
    ? [e.nextElementSibling] : []), ...[...e.querySelectorAll('*')].slice(0, 20)];
  const outlined = (s) => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0
    && !/^rgba\\(.*, 0\\)$|^transparent$/.test(s.outlineColor);
  const look = (e) => parts(e).map(p => {
    const s = getComputedStyle(p);
    const drawn = p instanceof SVGElement ? [s.stroke, s.stroke === 'none' || s.strokeWidth, s.fill, s.filter] : [];
    return [outlined(s) ? [s.outlineStyle, s.outlineWidth, s.outlineColor] : '', s.boxShadow, ...drawn].join(' ');
  }).join('|');
  if (document.activeElement && document.activeElement !== document.body) document.activeElement.blur();
  document.body.tabIndex = -1;  // Start at the top, whatever the page put into focus.
  document.body.focus();
  document.body.removeAttribute('tabindex');
  const all = [...document.querySelectorAll(controls)].filter(e => e.closest('header, main, footer') && usable(e));
  const before = new Map();
  for (const e of document.querySelectorAll(controls + ', [tabindex]')) before.set(e, look(e));
  const sameRadio = (a, b) => a.type === 'radio' && b.type === 'radio' && a.name === b.name && a.form === b.form;
  const state = {wanted: all.slice(0, most), total: all.length, seen: new Set(), unstyled: []};
  state.missed = () => state.wanted.filter(e => !state.seen.has(e)
    && !(e.type === 'radio' && [...state.seen].some(s => sameRadio(e, s))));
  state.note = () => {
    const e = document.activeElement;
    if (!e || e === document.body || e === document.documentElement) return 'end';
    if (!state.seen.has(e)) {
      state.seen.add(e);
      for (const p of parts(e)) for (const a of p.getAnimations()) if (a instanceof CSSTransition) a.finish();
      const styled = before.has(e) ? look(e) !== before.get(e) : parts(e).some(p => outlined(getComputedStyle(p)));
      if (!styled) state.unstyled.push(e);
    }
    return state.total > most && state.missed().length === 0 ? 'enough' : 'on';
  };
  state.report = () => ({missed: state.missed().map(name), unstyled: state.unstyled.map(name)});
  return state;
}"""


class Unable(Exception):
    """The tool cannot do its work; the text says why."""


class StepFailed(Exception):
    """A step of a walk did not come out as it has to."""


def say(value):
    """Print a value as one line of JSON, at once."""
    print(json.dumps(value, ensure_ascii=False), flush=True)


def squeeze(text, most=None):
    """Make each run of white space one blank, and cut the text if it is longer than `most`."""
    text = " ".join((text or "").split())
    return text if most is None or len(text) <= most else text[: most - 1] + "…"


def origin(url):
    """Return scheme and host with port of a URL; a WebSocket counts as the HTTP it starts from."""
    parts = urlsplit(url)
    scheme = {"ws": "http", "wss": "https"}.get(parts.scheme, parts.scheme)
    return scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(scheme)


def listed(prefix, names):
    """Make one problem of each name, but only of the first few."""
    problems = [f"{prefix} {name}" for name in names[:MOST_LISTED]]
    if len(names) > MOST_LISTED:
        problems.append(f"{prefix} {len(names) - MOST_LISTED} more")
    return problems


class Watch:
    """Collects what goes wrong in a page while it loads and works: console, errors, requests."""

    def __init__(self, page, base):
        """Start to listen to a page that has to stay on the origin of `base`."""
        self.page, self.base = page, base
        self.paused = False
        self.pending = set()
        self.found = []
        self.console = []
        self.reported = set()
        page.add_init_script(JS_NOTE_EVAL)
        page.on("console", self.on_console)
        page.on("pageerror", lambda error: self.add(f"uncaught error: {squeeze(str(error), 300)}"))
        page.on("request", self.on_request)
        page.on("requestfinished", lambda request: self.pending.discard(request))
        page.on("requestfailed", self.on_failure)
        page.on("response", self.on_response)
        page.on("websocket", lambda ws: self.on_address(ws.url))

    def add(self, problem):
        """Keep a problem, once, unless the watch is paused."""
        if not self.paused and problem not in self.found:
            self.found.append(problem)

    def short(self, url):
        """Return a URL without the base, for the text of a problem."""
        return squeeze(url.removeprefix(self.base) or "/", 200)

    def on_console(self, message):
        """Keep errors and warnings of the console for later, when it is known what else was reported."""
        if message.type in ("error", "warning", "assert") and not self.paused:
            self.console.append((message.type, message.text, message.location or {}))

    def on_address(self, url):
        """Report a request to another origin."""
        if urlsplit(url).scheme in ("http", "https", "ws", "wss") and origin(url) != origin(self.base):
            self.add(f"request to another origin: {self.short(url)}")

    def on_request(self, request):
        """Note a request as pending (streams of events never end) and look at where it goes."""
        if request.resource_type not in ("eventsource", "websocket"):
            self.pending.add(request)
        self.on_address(request.url)

    def on_failure(self, request):
        """Report a failed request, but not one the CSP stopped: the console has that."""
        self.pending.discard(request)
        self.reported.add(request.url)
        if request.failure != "csp":
            self.add(f"request failed: {self.short(request.url)}: {request.failure}")

    def on_response(self, response):
        """Report a request answered with an error, unless it is for the page itself."""
        if response.status >= 400:
            self.reported.add(response.url)
            request = response.request
            if not (request.is_navigation_request() and request.frame == self.page.main_frame):
                self.add(f"request answered with {response.status}: {self.short(response.url)}")

    def problems(self):
        """Return all problems so far, without the console's word on what is reported otherwise."""
        for kind, text, location in self.console:
            url = location.get("url", "")
            if text.startswith("Failed to load resource") and url in self.reported:
                continue
            what = "CSP violation" if "Content Security Policy" in text else f"console {kind}"
            where = f" ({self.short(url)}:{location.get('lineNumber', 0) + 1})" if url else ""
            self.add(f"{what}: {squeeze(text, 300)}{where}")
        self.console = []
        for text in self.page.evaluate(JS_STOPPED_EVALS):
            self.add(f"CSP violation: {text}")
        return self.found


@contextlib.contextmanager
def chromium(args):
    """Start the browser after a look whether it and the server are there, and end it after use."""
    if not os.access(args.chromium, os.X_OK):
        raise Unable(f"there is no {args.chromium}; install Debian's package chromium-headless-shell, or give --chromium")
    _, host, port = origin(args.base)
    try:
        socket.create_connection((host, port), timeout=5).close()
    except OSError as error:
        raise Unable(f"the server at {args.base} cannot be reached: {error}") from error
    rules = f"MAP * ~NOTFOUND, EXCLUDE {host}"  # Nothing leaves the machine.
    flags = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", f"--host-resolver-rules={rules}"]
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=args.chromium, args=flags)
        except BrowserError as error:
            raise Unable(f"{args.chromium} does not start: {error}") from error
        try:
            yield browser
        finally:
            with contextlib.suppress(BrowserError):
                browser.close()


def new_context(browser, scheme, width, script=True, scale=1):
    """Make a browser context of a color scheme and width. Motion is always reduced."""
    return browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900 if width >= 720 else 780},
                               java_script_enabled=script, device_scale_factor=scale, reduced_motion="reduce",
                               locale="en-US")


def open_page(page, url):
    """Load a URL and return the status of the answer."""
    try:
        response = page.goto(url, wait_until="load", timeout=PAGE_TIMEOUT)
    except BrowserError as error:
        raise Unable(f"{url} cannot be opened: {squeeze(str(error), 300)}") from error
    return response.status if response else None


def settle(page, watch):
    """Wait for fonts, two frames, and the requests which scripts of the page made."""
    page.evaluate(JS_SETTLED)
    end = time.monotonic() + QUIET_TIMEOUT
    while watch.pending and time.monotonic() < end:
        page.wait_for_timeout(20)


def overflow_problems(page):
    """Tell whether the page scrolls sideways, and what sticks out."""
    found = page.evaluate(JS_OVERFLOW)
    if not found:
        return []
    names = ", ".join(found["out"]) or "nothing found that sticks out"
    return [f"scrolls sideways: {found['scroll']} wide in {found['client']}: {names}"]


def document_problems(page):
    """Look at title, language and main heading."""
    found = page.evaluate(JS_DOCUMENT)
    problems = []
    if not found["title"]:
        problems.append("document: no <title>")
    if not found["lang"]:
        problems.append("document: no lang on <html>")
    if found["headings"] != 1:
        problems.append(f"document: {found['headings']} h1 instead of one")
    return problems


def text_problems(page, plain, url):
    """Compare the text of <main> with that in `plain`, a page where JavaScript is off."""
    open_page(plain, url)
    # The debugger's own evaluation works with JavaScript off; only the page's scripts do not run.
    texts = [page.evaluate(JS_MAIN_TEXT), plain.evaluate(JS_MAIN_TEXT)]
    if None in texts:
        return ["document: no <main>" + ("" if texts[0] is None else " without JavaScript")]
    with_script, without = [text.split() for text in texts]
    if with_script == without:
        return []
    same = 0
    while same < min(len(with_script), len(without)) and with_script[same] == without[same]:
        same += 1
    shown = [" ".join(words[same:same + 8]) or "(end)" for words in (with_script, without)]
    after = " ".join(with_script[max(0, same - 4):same]) or "(start)"
    return [f"text differs without JavaScript: after “{after}”: with it “{shown[0]}”, without it “{shown[1]}”"]


def keyboard_problems(page):
    """Press Tab through the page; tell what never gets focus, and where focus cannot be seen."""
    state = page.evaluate_handle(JS_KEYBOARD_START, [MOST_TESTED])
    answer = "on"
    for _ in range(MOST_PRESSES):
        page.keyboard.press("Tab")
        answer = state.evaluate("state => state.note()")
        if answer != "on":
            break
    found = state.evaluate("state => state.report()")
    problems = listed("keyboard: Tab does not reach", found["missed"])
    problems += listed("keyboard: focus cannot be seen on", found["unstyled"])
    if answer == "on" and state.evaluate("state => state.total") <= MOST_TESTED:
        problems.append(f"keyboard: focus does not get back to the start in {MOST_PRESSES} presses of Tab")
    return problems


def axe_problems(page, source):
    """Run axe-core in the page. The debugger puts it there, so the page's CSP stays in force."""
    page.evaluate(source)
    problems = []
    for rule in page.evaluate(JS_AXE, AXE_TAGS):
        count = f"{rule['count']} node" + ("" if rule["count"] == 1 else "s")
        problems.append(f"axe {rule['id']} ({rule['impact']}), {count}, first {squeeze(rule['first'], 150)}: "
                        f"{squeeze(rule['summary'], 250)}")
    return problems


def check_page(context, plain, args, path, axe):
    """Check one path in a fresh page; with `plain`, a page without JavaScript, also what is checked once per path."""
    page = context.new_page()
    # An open page looks again each minute, and would put new elements under the keyboard's steps.
    page.clock.set_fixed_time(datetime.datetime.now(datetime.timezone.utc))
    watch = Watch(page, args.base)
    status = open_page(page, args.base + path)
    settle(page, watch)
    problems = overflow_problems(page)
    if plain:
        problems += document_problems(page)
        problems += text_problems(page, plain, args.base + path)
    if axe:
        watch.paused = True
        problems += axe_problems(page, axe)
        watch.paused = False
    if plain:
        problems += keyboard_problems(page)
    problems = watch.problems() + problems
    watch.paused = True
    page.close()
    return status, problems


def check(args):
    """Check each page in each color scheme and width."""
    source = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
    with chromium(args) as browser:
        kinds = [(scheme, width) for scheme in args.schemes for width in args.widths]
        contexts = {kind: new_context(browser, *kind) for kind in kinds}
        plain = new_context(browser, *kinds[0], script=False).new_page()
        for path in args.paths:
            for scheme, width in kinds:
                once = plain if (scheme, width) == kinds[0] else None
                axe = source if width in (min(args.widths), max(args.widths)) else None
                status, problems = check_page(contexts[scheme, width], once, args, path, axe)
                say({"page": path, "scheme": scheme, "width": width, "status": status, "problems": problems})
    return 0


def shoot(args):
    """Take a picture of each page in each color scheme and width."""
    args.out.mkdir(parents=True, exist_ok=True)
    with chromium(args) as browser:
        for scheme in args.schemes:
            for width in args.widths:
                context = new_context(browser, scheme, width, scale=args.scale)
                for name, path in args.shots:
                    page = context.new_page()
                    watch = Watch(page, args.base)
                    status = open_page(page, args.base + path)
                    settle(page, watch)
                    file = args.out / f"{name}-{scheme}-{width}.png"
                    page.screenshot(path=file, full_page=args.full, animations="disabled")
                    page.close()
                    say({"file": str(file), "page": path, "status": status})
                context.close()
    return 0


def poll(page, seconds, probe):
    """Ask until the answer is true or the time is over. A page that just changes counts as no answer."""
    end = time.monotonic() + seconds
    while True:
        with contextlib.suppress(BrowserError):
            if probe():
                return True
        if time.monotonic() >= end:
            return False
        page.wait_for_timeout(50)


def visible_texts(page, selector):
    """Return the inner texts (for a field, the values) of all visible elements which a selector finds."""
    texts = page.locator(f"{selector} >> visible=true").evaluate_all(
        "es => es.map(e => e.matches('input, textarea') ? e.value : e.innerText ?? e.textContent)")
    return [squeeze(text) for text in texts]


class Walk:
    """Does the steps of a walk. Each step is a method which returns a short text of what it did."""

    def __init__(self, page, base):
        """Follow the main navigations of a page."""
        self.page, self.base, self.last_status = page, base, None
        page.on("request", lambda request: self.on_navigation(request, None))
        page.on("response", lambda response: self.on_navigation(response.request, response.status))

    def on_navigation(self, request, status):
        """Keep the status of the last navigation of the main frame."""
        if request.is_navigation_request() and request.frame == self.page.main_frame:
            self.last_status = status

    def after_action(self):
        """Give a navigation which an action may have started the time to start, and to load."""
        self.page.wait_for_timeout(50)
        self.page.wait_for_load_state("load")

    def goto(self, path, within):
        """Open a path."""
        self.page.goto(self.base + path, wait_until="load", timeout=PAGE_TIMEOUT)
        return f"opened {path}: {self.last_status}"

    def click(self, selector, within):
        """Click on the one element a selector finds."""
        self.page.click(selector, timeout=within * 1000, strict=True)
        self.after_action()
        return f"clicked {selector}"

    def fill(self, pair, within):
        """Fill a field."""
        self.page.fill(pair[0], pair[1], timeout=within * 1000, strict=True)
        return f"filled {pair[0]}"

    def press(self, key, within):
        """Press a key, where the focus is."""
        self.page.keyboard.press(key)
        self.after_action()
        return f"pressed {key}"

    def hover(self, selector, within):
        """Move the pointer over an element."""
        self.page.hover(selector, timeout=within * 1000, strict=True)
        return f"over {selector}"

    def expect(self, pair, within):
        """Wait until a visible element's text contains a text."""
        selector, text = pair
        if poll(self.page, within, lambda: any(squeeze(text) in found for found in visible_texts(self.page, selector))):
            return f"{selector} has “{text}”"
        found = visible_texts(self.page, selector)
        shown = f"there: “{squeeze(found[0], 200)}”" if found else "nothing visible matches"
        raise StepFailed(f"{selector} lacks “{text}” after {within} s; {shown}")

    def gone(self, selector, within):
        """Wait until nothing visible matches a selector."""
        if poll(self.page, within, lambda: self.page.locator(f"{selector} >> visible=true").count() == 0):
            return f"{selector} is gone"
        raise StepFailed(f"{selector} is still there after {within} s")

    def url(self, part, within):
        """Wait until the address contains a text."""
        if poll(self.page, within, lambda: part in self.page.url):
            return f"at {self.page.url}"
        raise StepFailed(f"the address is {self.page.url}, without “{part}”")

    def status(self, wanted, within):
        """Wait until the last navigation of the page was answered with a status."""
        if poll(self.page, within, lambda: self.last_status == wanted):
            return f"status {wanted}"
        raise StepFailed(f"the status is {self.last_status}, not {wanted}")


STEPS = ("goto", "click", "fill", "press", "hover", "expect", "gone", "url", "status")


def read_steps(file):
    """Read and check the steps of a walk. Returns them as (action, value, within), and the secrets in them."""
    try:
        steps = json.loads(file.read_text())
    except (OSError, ValueError) as error:
        raise Unable(f"{file}: {error}") from error
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        raise Unable(f"{file}: a walk is a list of objects")
    read, secrets = [], []
    for number, step in enumerate(steps, 1):
        actions = [key for key in step if key in STEPS]
        if len(actions) != 1 or set(step) - {actions[0], "within"}:
            raise Unable(f"{file}: step {number} has to have one of {', '.join(STEPS)}, and may have within: {step}")
        value = step[actions[0]]
        if actions[0] in ("fill", "expect") and not (isinstance(value, list) and len(value) == 2):
            raise Unable(f"{file}: step {number}: {actions[0]} takes a list of two")
        if actions[0] == "fill" and isinstance(value[1], dict):
            variable = value[1].get("env")
            if variable not in os.environ:
                raise Unable(f"{file}: step {number}: the environment has no {variable}")
            value = [value[0], os.environ[variable]]
            secrets.append(value[1])
        read.append((actions[0], value, step.get("within", 5)))
    return read, secrets


def walk(args):
    """Do the steps of a file in one page, in order, up to the first that fails."""
    steps, secrets = read_steps(args.file)
    with chromium(args) as browser:
        context = new_context(browser, args.scheme, args.width, script=not args.no_script)
        walker = Walk(context.new_page(), args.base)
        for number, (action, value, within) in enumerate(steps, 1):
            try:
                ok, detail = True, getattr(walker, action)(value, within)
            except (StepFailed, BrowserError) as error:
                ok, detail = False, f"{action}: {error}"
            for secret in filter(None, secrets):
                detail = detail.replace(secret, "***")
            say({"step": number, "ok": ok, "detail": squeeze(detail, 600)})
            if not ok:
                return 1
    return 0


def schemes(text):
    """Read a list of color schemes."""
    names = text.split(",")
    if not set(names) <= {"light", "dark"}:
        raise argparse.ArgumentTypeError("color schemes are light and dark")
    return names


def widths(text):
    """Read a list of widths."""
    return [int(width) for width in text.split(",")]


def base_url(text):
    """Read the base of all addresses."""
    if not re.fullmatch(r"https?://[^/]+/?", text):
        raise argparse.ArgumentTypeError("the base is such as http://127.0.0.1:8080")
    return text.rstrip("/")


def page_path(text):
    """Read a path, which starts with a slash."""
    if not text.startswith("/"):
        raise argparse.ArgumentTypeError(f"a path starts with /: {text}")
    return text


def shot(text):
    """Read NAME=PATH."""
    name, _, path = text.partition("=")
    if not re.fullmatch(r"[\w.-]+", name):
        raise argparse.ArgumentTypeError(f"a picture is NAME=PATH: {text}")
    return name, page_path(path)


def arguments():
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for run in (check, shoot, walk):
        command = commands.add_parser(run.__name__, help=run.__doc__)
        command.set_defaults(run=run)
        command.add_argument("--base", type=base_url, required=True)
        command.add_argument("--chromium", default="/usr/bin/chromium-headless-shell")
        if run is walk:
            command.add_argument("--scheme", choices=["light", "dark"], default="light")
            command.add_argument("--width", type=int, default=1440)
            command.add_argument("--no-script", action="store_true")
            command.add_argument("file", type=Path)
        else:
            command.add_argument("--schemes", type=schemes, default=["light", "dark"])
            command.add_argument("--widths", type=widths, default=[360, 768, 1440])
        if run is check:
            command.add_argument("paths", type=page_path, nargs="+", metavar="PATH")
        if run is shoot:
            command.add_argument("--out", type=Path, required=True)
            command.add_argument("--full", action="store_true")
            command.add_argument("--scale", type=float, default=1)
            command.add_argument("shots", type=shot, nargs="+", metavar="NAME=PATH")
    return parser.parse_args()


def main():
    """Run the command and return its exit code."""
    args = arguments()
    try:
        return args.run(args)
    except (Unable, BrowserError) as error:
        print(f"browse.py: {error}", file=sys.stderr, flush=True)
        return 2


if __name__ == "__main__":
    sys.exit(main())
