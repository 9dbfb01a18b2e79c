#!/usr/bin/env python3
"""Show that browse.py finds what it looks for. Run it by hand: python selftest.py [CHROMIUM]

It serves small pages, each with one fault, and a good one, and compares what `check`, `walk` and `shoot` say of them.
It prints one line for each page or step that is not as it has to be, and exits with 1 if there is one.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CSP = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'"
DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
STYLE = """
body { font: 16px sans-serif; line-height: 2; color: #111; background: #fff; margin: 1rem }
a { color: #0645ad } .scroll { overflow-x: auto } .wide { width: 2000px } .bare:focus-visible { outline: none }
.skip { position: absolute; left: -999px } .skip:focus { left: 0 }
.ring { min-height: 28px; transition: box-shadow 1s }
.ring:focus-visible { outline: none; box-shadow: 0 0 0 3px #c60 }
.dot { opacity: .01; width: 24px; height: 24px } .dot:focus-visible + span { outline: 2px solid }
svg a:focus { outline: none } svg a:focus rect { stroke: #c60; stroke-width: 3 } svg a.flat:focus rect { stroke: none }
.pale { color: #aaa }
@media (prefers-color-scheme: dark) {
  body { color: #eee; background: #111 } a { color: #9cf } .pale { color: #555 } .dusk { color: #333 }
}
"""
SCRIPTS = {
    "clock.js": """document.querySelectorAll('time, [data-clock]').forEach(e => { e.textContent = 'now' });
        document.querySelectorAll('[data-script-only]').forEach(e => { e.hidden = false });
        new EventSource('/events');""",
    "drop.js": "fetch('/drop').catch(e => e)",
    "error.js": "console.error('broken thing')",
    "eval.js": "try { eval('1') } catch (e) { }",
    "fetch.js": "fetch('/absent.json').catch(e => e)",
    "foreign.js": "fetch('http://other.example/x').catch(e => e)",
    "late.js": "setTimeout(() => { document.querySelector('p').textContent = 'done' }, 300)",
    "text.js": "document.querySelector('p').append(' and more from script')",
    "throw.js": "nothing.at.all",
    "trap.js": """addEventListener('keydown', e => {
        if (e.key === 'Tab') { e.preventDefault(); document.querySelector('main a').focus() }
        })""",
    "warn.js": "console.warn('careful')",
}
GOOD = """<p>Text at <time>12:00</time>, <span data-clock>2 s</span>.</p><p data-script-only hidden>Only live</p>
<div class="scroll"><table class="wide"><tbody><tr><td>a</td><td><a href="/wide">far</a></td></tr></tbody></table></div>
<details><summary>More</summary><p><a href="/hidden">inside</a></p></details><button class="ring">Go</button>
<fieldset><legend>Pick</legend><label><input type="radio" name="r" checked> a</label>
<label><input type="radio" name="r"> b</label></fieldset><button disabled>Off</button>
<p><label><input class="dot" type="checkbox"><span>Switch</span></label></p>
<svg width="60" height="30" role="group" aria-label="Chart"><a href="/bar" aria-label="Bar">
<rect width="50" height="24"/></a></svg><script src="/clock.js"></script>"""
FLAT = """<p>Text</p><svg width="60" height="30" role="group" aria-label="C"><a class="flat" href="/b" aria-label="B">
<rect width="50" height="24"/></a></svg>"""
TRAP = '<p><a href="/x">first</a></p><p><a href="/y">second</a></p><script src="/trap.js"></script>'
MANY = "".join(f'<p><a href="/n{n}">n{n}</a></p>' for n in range(450))


def script(name):
    """Return a body with a text and one script."""
    return f'<p>Text</p><script src="/{name}.js"></script>'


# Path: body of <main>, and a part of each problem that has to be reported at the first width and scheme.
PAGES = {
    "/good": (GOOD, []),
    "/missing": ("<p>Text</p>", []),
    "/warn": (script("warn"), ["console warning: careful (/warn.js:1)"]),
    "/error": (script("error"), ["console error: broken thing"]),
    "/throw": (script("throw"), ["uncaught error: nothing is not defined"]),
    "/inline-style": ('<p style="color: red">Text</p>', ["CSP violation: "]),
    "/inline-script": ("<p>Text</p><script>1</script>", ["CSP violation: "]),
    "/eval": (script("eval"), ["CSP violation: "]),
    "/foreign": (script("foreign"), ["CSP violation: "]),
    "/foreign-open": (script("foreign"), ["request to another origin: http://other.example/x",
                                             "request failed: http://other.example/x"]),
    "/fetch": (script("fetch"), ["request answered with 404: /absent.json"]),
    "/drop": (script("drop"), ["request failed: /drop"]),
    "/image": ('<p>Text</p><img src="/absent.png" alt="x">', ["request answered with 404: /absent.png"]),
    "/wide": ('<p class="wide" id="w">Text</p>', ['scrolls sideways: 2016 wide in 360: p#w.wide "Text"']),
    "/word": (f"<p>{'word' * 90}</p>", ["scrolls sideways: "]),
    "/contrast": ('<p class="pale">Text</p>', ["axe color-contrast (serious), 1 node, first .pale: Fix any"]),
    "/dusk": ('<p class="dusk">Text</p>', []),  # wrong in the dark scheme only; see wanted()
    "/alt": ('<p>Text</p><img src="/dot.svg">', ["axe image-alt (critical)"]),
    "/script-text": (script("text"), ["text differs without JavaScript: after “Page Text”: "
                                      "with it “and more from script”, without it “(end)”"]),
    "/tabindex": ('<a href="/x" tabindex="-1">lost</a>', ['keyboard: Tab does not reach a "lost"']),
    "/bare": ('<a class="bare" href="/x">bare</a>', ['keyboard: focus cannot be seen on a.bare "bare"']),
    "/flat": (FLAT, ['keyboard: focus cannot be seen on a.flat "B"']),
    "/trap": (TRAP, ['keyboard: Tab does not reach a "second"', 'keyboard: Tab does not reach a "Home"',
                     'keyboard: Tab does not reach a.skip "Skip"', "keyboard: focus does not get back"]),
    "/title": ("<p>Text</p>", ["document: no <title>", "axe document-title"]),
    "/lang": ("<p>Text</p>", ["document: no lang", "axe html-has-lang"]),
    "/headings": ("<h1>Two</h1><p>Text</p>", ["document: 2 h1"]),
    "/many": (MANY, []),
}
ONCE = ("document:", "keyboard:", "text differs")  # Reported at the first width and scheme only.
STATUS = {"/missing": 404}


def document(path):
    """Return the HTML of a page."""
    lang = "" if path == "/lang" else ' lang="en"'
    title = "" if path == "/title" else "<title>Page</title>"
    return (f'<!doctype html><html{lang}><head><meta charset="utf-8">{title}<link rel="stylesheet" href="/style.css">'
            f'<meta name="viewport" content="width=device-width"></head><body><header>'
            f'<a class="skip" href="#m">Skip</a><a href="/good">Home</a></header>'
            f'<main id="m"><h1>Page</h1>{PAGES[path][0]}</main><footer><p>End</p></footer></body></html>')


class Handler(BaseHTTPRequestHandler):
    """Serves the pages."""

    def do_GET(self):
        """Answer a request for a page, its style or a script."""
        name = self.path.lstrip("/")
        if self.path == "/drop" and self.headers.get("Sec-Fetch-Dest") != "document":
            return  # closes the connection without an answer
        if self.path == "/events":
            self.answer(200, "text/event-stream", "data: 1\n\n")
            threading.Event().wait(30)
        elif self.path in PAGES:
            self.answer(STATUS.get(self.path, 200), "text/html", document(self.path))
        elif self.path == "/style.css":
            self.answer(200, "text/css", STYLE)
        elif self.path in ("/dot.svg", "/favicon.ico"):
            self.answer(200, "image/svg+xml", DOT)
        elif name in SCRIPTS:
            self.answer(200, "text/javascript", SCRIPTS[name])
        elif self.path.startswith("/form"):
            self.answer(200, "text/html", "<!doctype html><title>F</title><main><form action='/late'>"
                        "<input id='token' name='token'><button>Send</button></form></main>")
        elif self.path.startswith("/late"):
            self.answer(403, "text/html", "<!doctype html><title>L</title><main><p>wait</p>"
                        "<script src='/late.js'></script></main>")
        else:
            self.answer(404, "text/plain", "no")

    def answer(self, status, kind, text):
        """Send an answer."""
        self.send_response(status)
        self.send_header("Content-Type", kind + "; charset=utf-8")
        if self.path != "/foreign-open":
            self.send_header("Content-Security-Policy", CSP)
        with contextlib.suppress(ConnectionError):  # A page that is closed does not wait for its icon.
            self.end_headers()
            self.wfile.write(text.encode())
            self.wfile.flush()

    def log_message(self, *parts):
        """Keep quiet."""


def browse(*parts):
    """Run browse.py and return its exit code, its lines of JSON, and its stderr."""
    command, *rest = parts
    chosen = ["--chromium", sys.argv[1]] if len(sys.argv) > 1 else []
    tool = [sys.executable, str(Path(__file__).with_name("browse.py")), command]
    run = subprocess.run([*tool, *chosen, *rest], text=True, capture_output=True,
                         env={**os.environ, "SELFTEST_TOKEN": "geheim"})
    return run.returncode, [json.loads(line) for line in run.stdout.splitlines()], run.stderr


def wanted(page, scheme, width):
    """Return parts of the problems which have to be reported of a page in a color scheme and width."""
    if page == "/dusk" and scheme == "dark" and width != 768:
        return ["axe color-contrast"]
    parts = PAGES[page][1]
    if (scheme, width) != ("light", 360):
        parts = [part.replace("in 360", f"in {width}") for part in parts if not part.startswith(ONCE)]
    return [part for part in parts if width != 768 or not part.startswith("axe ")]


def judge(line):
    """Return what is wrong with a line of `check`."""
    parts = wanted(line["page"], line["scheme"], line["width"])
    problems = line["problems"]
    wrong = [f"not reported: {part}" for part in parts if not any(part in problem for problem in problems)]
    wrong += [f"should not be reported: {found}" for found in problems if not any(part in found for part in parts)]
    if line["status"] != STATUS.get(line["page"], 200):
        wrong.append(f"status {line['status']}")
    return wrong


def look_at_walks(base, folder, wrong):
    """Run walks that have to go well, and ones that have to fail."""
    good = [{"goto": "/form"}, {"status": 200}, {"fill": ["#token", {"env": "SELFTEST_TOKEN"}]},
            {"hover": "text=Send"}, {"click": "text=Send"}, {"url": "/late?token"}, {"status": 403}]
    file = Path(folder) / "walk.json"
    tails = {"script": ([{"expect": ["p", "done"]}, {"gone": "text=wait"}], [], 0),
             "no script": ([{"expect": ["p", "wait"]}], ["--no-script"], 0),
             "failing": ([{"expect": ["p", "never"], "within": 0.5}, {"press": "Escape"}], [], 1)}
    for title, (tail, options, code) in tails.items():
        file.write_text(json.dumps(good + tail))
        found, lines, errors = browse("walk", "--base", base, *options, str(file))
        if found != code or len(lines) != len(good) + (1 if code else len(tail)) or "geheim" in lines[2]["detail"]:
            wrong.append(f"walk ({title}): exit {found}, {lines} {errors}")


def main():
    """Serve the pages, run browse.py, and print what is not as it has to be."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    wrong = []
    code, lines, errors = browse("check", "--base", base, *PAGES)
    if code != 0 or len(lines) != 6 * len(PAGES):
        wrong.append(f"check: exit {code}, {len(lines)} lines: {errors}")
    for line in lines:
        wrong += [f"{line['page']} {line['scheme']} {line['width']}: {text}" for text in judge(line)]
    with tempfile.TemporaryDirectory() as folder:
        look_at_walks(base, folder, wrong)
        code, lines, errors = browse("shoot", "--base", base, "--out", folder, "--widths", "360", "good=/good")
        files = sorted(file.name for file in Path(folder).glob("*.png"))
        if code != 0 or files != ["good-dark-360.png", "good-light-360.png"]:
            wrong.append(f"shoot: exit {code}, {files} {errors}")
    for option in (["--base", "http://127.0.0.1:9"], ["--base", base, "--chromium", "/no/chromium"]):
        code, lines, errors = browse("check", *option, "/good")
        if code != 2 or not errors.startswith("browse.py: "):
            wrong.append(f"check {option}: exit {code}: {errors}")
    for text in wrong:
        print(text, flush=True)
    print(f"{len(PAGES)} pages, {len(wrong)} faults", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
