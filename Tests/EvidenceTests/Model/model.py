#!/usr/bin/env python3
"""Random sequences of what can happen to a store, held against the reference: its rows, history, quality and hash are what the published
answers say, nothing accepted is lost, and a rebuild in another order agrees.

    model.py --perigee BIN --sequences 2000 --first 1 --jobs 2 --store sqlite
    model.py --perigee BIN --sequences 1 --first 77 --store postgres://perigee@127.0.0.1:5432/perigee --password-file F --verbose

Prints each seed that fails, with what differs, and ends with 1 then. A seed always gives the same sequence; what a kill -9 meets, and what the
machine's clock says, differs from run to run.
"""
import argparse
import concurrent.futures
import csv
import datetime as dt
import glob
import io
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from decimal import Decimal

import reference
from reference import Observation
from service import DAYS, FIRST_DAY, Sky

SKEW = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
static long skew(void) { const char *text = getenv("MODEL_SKEW"); return text ? atol(text) : 0; }
int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int result = real(clock, now);
    if (clock == CLOCK_REALTIME) now->tv_sec += skew();
    return result;
}
int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec precise;
    clock_gettime(CLOCK_REALTIME, &precise);
    now->tv_sec = precise.tv_sec; now->tv_usec = precise.tv_nsec / 1000;
    return 0;
}
"""


# The columns of nasa_neo_data that hold a reference row's facts, in its order.
TYPED = [
    "id", "neo_reference_id", "name", "absolute_magnitude_h", "is_potentially_hazardous_asteroid", "estimated_diameter_km_max", "estimated_diameter_km_min",
    "close_approach_date_full", "velocity_kps", "miss_distance_km", "orbiting_body", "observation_date", "is_sentry_object", "epoch_ms", "miss_distance_au"]


class Wrong(Exception):
    pass


class Store:
    """A store as a user's own client sees it."""

    def __init__(self, url, options):
        self.url, self.options = url, options

    def rows(self, columns, rest):
        if self.url.startswith("sqlite:"):
            path = self.url[len("sqlite:"):]
            if not os.path.exists(path):
                return []
            # Not for reading alone: whoever opens it first after a kill -9 rolls back what was under way.
            connection = sqlite3.connect(f"file:{path}?mode=rw", uri=True)
            try:
                return connection.execute(f"SELECT {', '.join(columns)} {rest}").fetchall()
            except sqlite3.OperationalError as error:
                if "no such table" in str(error):
                    return []
                raise
            finally:
                connection.close()
        instants = {"service_at", "received_at", "first_seen", "last_seen", "superseded_at", "updated_at"}
        texts = [f"to_char({c}, 'YYYY-MM-DD HH24:MI:SS.MS')" if c in instants else f"{c}::text" for c in columns]
        command = ["psql", "-X", "-q", "-A", "-t", "--csv", "-P", "null=\\N", "-d", self.url, "-c", f"SELECT {', '.join(texts)} {rest}"]
        result = subprocess.run(command, env={**os.environ, "PGPASSWORD": self.options.password}, capture_output=True, text=True)
        if result.returncode:
            if "does not exist" in result.stderr:
                return []
            raise Wrong(result.stderr)
        return [tuple(None if value == "\\N" else value for value in row) for row in csv.reader(io.StringIO(result.stdout))]


class Sequence:
    def __init__(self, seed, options, verbose):
        self.seed, self.options, self.verbose = seed, options, verbose
        self.random = random.Random(seed)
        self.folder = tempfile.mkdtemp(prefix="perigee-model-")
        self.sky = Sky(seed * 7919 + 1)
        self.server, self.api = self.sky.serve()
        self.stores = 0
        self.landing = self.path("landing")
        self.store = self.new_store()
        self.evidence = {}  # observations by (batch, stamp), also of landing folders that were lost
        self.log = []
        self.skew = 0
        self.windows_used = []
        self.staged = None  # a window on its way through the stages, and the next one

    def path(self, name):
        return os.path.join(self.folder, name)

    def new_store(self):
        self.stores += 1
        if self.options.store == "sqlite":
            return Store("sqlite:" + self.path(f"store{self.stores}.sqlite"), self.options)
        name = f"model_{os.getpid()}_{self.seed}_{self.stores}"
        self.psql(f"CREATE DATABASE {name}")
        return Store(self.options.store.rsplit("/", 1)[0] + "/" + name, self.options)

    def psql(self, sql):
        subprocess.run(["psql", "-X", "-q", "-d", self.options.store, "-c", sql], check=True, env={**os.environ, "PGPASSWORD": self.options.password})

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.options.store != "sqlite":
            for n in range(1, self.stores + 1):
                self.drop(f"model_{os.getpid()}_{self.seed}_{n}")

    def drop(self, name):
        """Drops a database. While the server's own vacuum is at it, nobody but an administrator may end its connections."""
        for _ in range(20):
            try:
                return self.psql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            except subprocess.CalledProcessError:
                time.sleep(0.5)
        raise Wrong(f"{name} can't be dropped")

    # Commands

    def environment(self):
        variables = {"PATH": os.environ["PATH"], "HOME": self.folder, "NASA_API_KEY": "model", "PERIGEE_STORE_PASSWORD": self.options.password or ""}
        if self.skew and self.options.shim:
            variables.update(LD_PRELOAD=self.options.shim, MODEL_SKEW=str(self.skew))
        return variables

    def perigee(self, *arguments, store=None, landing=None, allowed=(0,), kill_after=None):
        command = [self.options.perigee, *arguments]
        if arguments[0] not in ("copy",):
            command += ["--store", (store or self.store).url]
        if arguments[0] in ("run", "extract", "transform", "audit", "publish", "lookup", "browse"):
            command += ["--landing", landing or self.landing, "--api-url", self.api]
        command.append("--json")
        self.log.append(" ".join(command[1:]) + (f"  # skew {self.skew}" if self.skew else "") + (f"  # killed after {kill_after:.3f}" if kill_after else ""))
        process = subprocess.Popen(command, cwd=self.folder, env=self.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            output, errors = process.communicate(timeout=kill_after or 60)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            output, errors = process.communicate()
            self.server.settle()  # what it was asked last belongs to this step
            if kill_after is None:
                raise Wrong("did not end within 60 s")
            self.log[-1] += "  -> killed"
            return None, None
        self.log[-1] += f"  -> {process.returncode}"
        if process.returncode not in allowed:
            raise Wrong(f"{' '.join(command)} ended with {process.returncode}: {errors}{output}")
        return process.returncode, json.loads(output, parse_float=Decimal) if output.strip() else None

    # Evidence

    def manifests(self, landing):
        found = {}
        for path in glob.glob(os.path.join(landing, "*.manifest.json")):
            with open(path) as file:
                manifest = json.load(file)
            observation = self.observation(manifest["batch"], manifest.get("service_date", manifest["received_at"]), manifest["received_at"], manifest["sha256"])
            found[(observation.batch, observation.stamp)] = (observation, path, manifest)
        return found

    def observation(self, batch, service, received, sha256):
        text = lambda instant: instant.replace("T", " ").rstrip("Z")
        return Observation(batch, text(service), text(received), sha256, reference.read(self.sky.bodies[sha256]))

    def verdict(self, path, landing):
        """(accepted by the rules, accepted by a person) of a manifest's observation; None where it was not judged."""
        stem = os.path.basename(path)[len("nasa_neo_raw_"):-len(".manifest.json")]
        verdict = os.path.join(landing, f"nasa_neo_verdict_{stem}.v2.json")
        if not os.path.exists(verdict):
            return None
        with open(verdict) as file:
            word = json.load(file)["evidence"]
        return word["accepted"], os.path.exists(os.path.join(landing, f"nasa_neo_accepted_{stem}.json"))

    def judged(self):
        return {key for key, (_, path, _) in self.manifests(self.landing).items() if self.verdict(path, self.landing) is not None}

    def collect(self):
        for key, (observation, _, _) in self.manifests(self.landing).items():
            self.evidence.setdefault(key, observation)

    def check_landed(self, before, sent, began, was_killed):
        """Every answer is landed, one observation each, with the Date that the service gave and the time of our clock."""
        new = [item for key, item in self.manifests(self.landing).items() if key not in before]
        answers = Counter((sha256, date and f"{date:%Y-%m-%dT%H:%M:%S}.000Z") for _, sha256, date in sent)
        landed = Counter((manifest["sha256"], manifest.get("service_date")) for _, _, manifest in new)
        if landed - answers or (answers - landed and not was_killed):
            raise Wrong(f"answered {answers}, landed {landed}")
        for _, path, manifest in new:
            received = dt.datetime.fromisoformat(manifest["received_at"].replace("Z", "+00:00")).timestamp() - self.skew
            if not began - 1 <= received <= time.time() + 1:
                raise Wrong(f"{path} was received at {manifest['received_at']} by a clock that is {self.skew} s ahead")

    def check_words(self, store):
        """What is published was accepted, and what was accepted is published, where the evidence is still there."""
        states = self.logged(store)
        for key, (observation, path, _) in self.manifests(self.landing).items():
            state, word = states.get(key), self.verdict(path, self.landing)
            if state in ("published", "refused") and (word is None or any(word) != (state == "published")):
                raise Wrong(f"{key} is {state}, the verdict {word}")
            if state == "published" and observation.is_refused_for_itself():
                raise Wrong(f"{key} is published, and is not an answer to what was asked")

    def logged(self, store):
        """The store's log: (batch, stamp) -> state."""
        rows = store.rows(["batch", "service_at", "received_at", "sha256", "state"], "FROM nasa_neo_observations")
        return {(batch, (service, received, sha)): state for batch, service, received, sha, state in rows}

    def published(self, store):
        return [self.evidence[key] for key, state in self.logged(store).items() if state == "published"]

    # Checks

    def check(self, store, what):
        self.check_words(store)
        published = self.published(store)
        approaches, orbits, fed = reference.versions(published)
        expected = {}
        for key, known in approaches.items():
            row, since, last, end, _ = known[-1]
            if end is None:
                first = known[0][1].service
                expected[key] = (row, first, last.service, "feed" if key in fed else "lookup", self.batch_date(since))
        columns = ["source_record", "epoch_ms", "miss_distance_au_digits", "first_seen", "last_seen", "source", "batch_date"]
        found = {}
        for record, epoch, au, first, last, source, date, *typed in store.rows(columns + TYPED, "FROM nasa_neo_seen"):
            row = self.row(record, epoch, au)
            found[(row[0], row[10], row[11])] = (row, first, last, source, date)
            self.check_typed(row, typed, f"{what}: columns")
        self.same(expected, found, f"{what}: rows")

        expected = {}
        for key, known in approaches.items():
            for row, since, last, end, kind in known:
                if end is not None:
                    expected[(key, since.stamp)] = (row, known[0][1].service, last.service, end.service, kind, self.batch_date(since))
        columns = ["source_record", "epoch_ms", "miss_distance_au_digits", "first_seen", "last_seen", "superseded_at", "change_kind", "h.batch_date",
                   "service_at", "received_at", "sha256"]
        found = {}
        rest = "FROM nasa_neo_history h JOIN nasa_neo_observations o ON o.observation_id = h.observation_id"
        columns += [f"h.{c}" for c in TYPED]
        for record, epoch, au, first, last, ended, kind, date, service, received, sha256, *typed in store.rows(columns, rest):
            row = self.row(record, epoch, au)
            found[((row[0], row[10], row[11]), (service, received, sha256))] = (row, first, last, ended, kind, date)
            self.check_typed(row, typed, f"{what}: columns of the history")
        self.same(expected, found, f"{what}: history")

        expected = {id: (known[-1][0], known[-1][1].service) for id, known in orbits.items()}
        found = {}
        for id, name, record, at in store.rows(["id", "name", "source_record", "updated_at"], "FROM nasa_neo_orbits"):
            fields = next(csv.reader([record]))
            found[id] = ((name, reference.number(fields[17]), fields[3]), at)
        self.same(expected, found, f"{what}: orbits")
        past = sorted((id, k[0], k[1].service, k[2].service, k[3].service) for id, known in orbits.items() for k in known if k[3] is not None)
        columns = ["id", "name", "source_record", "updated_at", "last_seen", "superseded_at"]
        found = []
        for id, name, record, *instants in store.rows(columns, "FROM nasa_neo_orbits_history"):
            fields = next(csv.reader([record]))
            found.append((id, (name, reference.number(fields[17]), fields[3]), *instants))
        self.same(past, sorted(found), f"{what}: earlier orbits")
        self.check_looks(store, published, approaches, orbits, what)

    def check_typed(self, row, typed, what):
        """The columns hold what the record says, as exactly as their types can."""
        for column, expected, found in zip(TYPED, row, typed):
            if isinstance(expected, bool):
                same = found in ((1, "true") if expected else (0, "false"))
            elif isinstance(expected, Decimal):
                same = found is not None and abs(Decimal(str(found)) - expected) <= (Decimal("0.000001") if column != "miss_distance_au" else Decimal("1e-15"))
            else:
                same = (None if found is None else str(found)) == (None if expected is None else str(expected))
            if not same:
                raise Wrong(f"{what}: {column} of {row[0]} on {row[11]} is {found}, not {expected}")

    def check_looks(self, store, published, approaches, orbits, what):
        """What the program says of the store."""
        if not self.logged(store):
            return
        _, status = self.perigee("status", "--hash", store=store)
        if status["content_hash"] != reference.content_hash(published):
            raise Wrong(f"{what}: the content hash is {status['content_hash']}")
        live = {key: known[-1] for key, known in approaches.items() if known[-1][3] is None}
        kinds = [version[4] for known in approaches.values() for version in known]
        expected = {
            "approaches": len(live), "objects": len({key[0] for key in live}), "hazardous": sum(known[0][4] for known in live.values()),
            "days": len({key[2] for key in live}), "revisions": kinds.count("revised"), "retired": kinds.count("retired"), "orbits": len(orbits)}
        self.same(expected, {name: status["summary"][name] for name in expected}, f"{what}: summary")
        _, shown = self.perigee("approaches", store=store)
        instant = lambda text: text.replace(" ", "T") + "Z"
        expected = {key: (row[2], row[7], row[8], row[9], row[13], instant(known[-1][2].service), instant(known[0][1].service))
                    for key, known in approaches.items() for row in [known[-1][0]] if known[-1][3] is None}
        found = {(a["id"], a["orbiting_body"], a["observation_date"]): (
            a["name"], a["close_approach_date_full"], reference.number(a["velocity_kps"]), reference.number(a["miss_distance_km"]), a["epoch_ms"],
            a["last_seen"], a["first_seen"]) for a in shown["approaches"]}
        self.same(expected, found, f"{what}: approaches")
        first, last = FIRST_DAY, FIRST_DAY + dt.timedelta(DAYS - 1)
        code, quality = self.perigee("quality", "--from", str(first), "--to", str(last), store=store, allowed=(0, 65))
        states = self.logged(store)
        days = [str(first + dt.timedelta(n)) for n in range(DAYS)]
        newest = {day: max((o.stamp for o in published if o.said.kind == "feed" and day in o.said.days), default=None) for day in days}
        missing = [day for day in days if newest[day] is None]
        refused = set()
        for (batch, stamp), state in states.items():
            if state == "refused" and batch.startswith("feed"):
                start, end = batch.split(" ")[1].split("..")
                if any(newest[day] is None or newest[day] < stamp for day in days if start <= day <= end):
                    refused.add(batch)
        inside = [known for key, known in live.items() if key[2] in newest]
        expected = (missing, sorted(refused), 65 if missing or refused else 0, len(inside), sum(known[0][4] for known in inside), status["content_hash"])
        found = (quality["missing_days"], quality["refused"], code, quality["approaches"], quality["hazardous"], quality["content_hash"])
        self.same(expected, found, f"{what}: quality")
        judged = {}
        for key, state in states.items():
            if state in ("published", "refused", "audited"):
                observation = self.evidence[key]
                body = (observation.batch, observation.sha256)
                judged[body] = max(judged.get(body, observation), observation, key=lambda o: o.stamp)
        last = {}
        for observation in judged.values():
            last[observation.batch] = max(last.get(observation.batch, observation), observation, key=lambda o: o.stamp)
        expected, of_days = Counter(), 0
        for observation in judged.values():
            for rule, day in observation.said.rejected:
                is_open = observation is last[observation.batch] if day is None else newest[day] is None or not observation.stamp < newest[day]
                if is_open:
                    expected[(observation.batch, rule)] += 1
                    of_days += day is not None
        self.same(of_days, quality["open_quarantine"], f"{what}: open quarantine")
        _, listed = self.perigee("quarantine", "list", "--limit", "100000", store=store)
        self.same(dict(expected), dict(Counter((e["batch"], e["rule"]) for e in listed["entries"])), f"{what}: quarantine")
        self.same(sum(expected.values()), status["summary"]["open_quarantine"], f"{what}: open quarantine of the summary")

    def row(self, record, epoch, au):
        fields = next(csv.reader(io.StringIO(record, newline="")))
        values = [reference.number(f) if i in reference.CSV_NUMBERS else f for i, f in enumerate(fields)]
        values[4], values[12] = fields[4] == "True", fields[12] == "True"
        return tuple(values) + (int(epoch), reference.number(au))

    def batch_date(self, observation):
        return observation.asked.split("..")[1] if observation.said.kind == "feed" else observation.service[:10]

    def same(self, expected, found, what):
        if expected == found:
            return
        if isinstance(expected, dict):
            lines = [f"  only expected {k}: {expected[k]}" for k in expected if k not in found]
            lines += [f"  only found {k}: {found[k]}" for k in found if k not in expected]
            lines += [f"  {k}: expected {expected[k]}\n  {' ' * len(str(k))}  found    {found[k]}" for k in expected if k in found and expected[k] != found[k]]
            raise Wrong(what + "\n" + "\n".join(lines[:6]))
        raise Wrong(f"{what}\n  expected {expected}\n  found    {found}")

    def check_verdicts(self, before, known, accepts, code, in_order):
        """Each observation that was judged just now is judged as what was published before demands."""
        published = list(before)
        fresh = []
        for key, (observation, path, _) in self.manifests(self.landing).items():
            word = self.verdict(path, self.landing)
            if word is not None and key not in known:
                fresh.append((observation, word))
        for observation, (by_rules, by_person) in sorted(fresh, key=lambda pair: pair[0].stamp):
            about, gone = reference.takes_back(published, observation)
            too_much = about >= 3 and gone * 2 > about
            expected = not observation.is_refused_for_itself() and not too_much
            if in_order and expected != by_rules:
                raise Wrong(f"the verdict on {observation.batch} {observation.stamp} is {by_rules}: {gone} of {about} would go")
            if by_person and not accepts:
                raise Wrong(f"{observation.batch} was accepted by nobody")
            if by_rules or (by_person and not observation.is_refused_for_itself()):
                published.append(observation)

    def check_settled(self, batches, code, states_before):
        """A command that ended well has dealt with every answer of its batches; one that ended with 65 says that the newest of those that it
        went through was refused."""
        states = self.logged(self.store)
        refused = False
        for batch in batches:
            landed = sorted(stamp for (b, stamp) in self.manifests(self.landing) if b == batch)
            open_ones = [stamp for stamp in landed if states.get((batch, stamp)) not in ("published", "refused")]
            if open_ones:
                raise Wrong(f"{batch} {open_ones} are landed and not dealt with, with exit code {code}")
            due = [stamp for stamp in landed if states_before.get((batch, stamp)) not in ("published", "refused")]
            # Where nothing was due, the log's newest answer counts, whether or not it is still landed.
            due = due or sorted(stamp for (b, stamp) in states if b == batch)
            refused = refused or bool(due and states[(batch, due[-1])] == "refused")
        if refused != (code == 65):
            raise Wrong(f"exit code {code}, but the newest answer was {'refused' if refused else 'published'}: {batches}")

    # Steps

    def window(self):
        """Days to work on: often those of before, so that one window sees many answers."""
        if self.windows_used and self.random.random() < 0.5:
            return self.random.choice(self.windows_used)
        window = self.any_window()
        self.windows_used.append(window)
        return window

    def any_window(self):
        first = self.random.randrange(DAYS)
        last = min(DAYS - 1, first + self.random.choice([0, 1, 3, 7, 7, 11]))
        return FIRST_DAY + dt.timedelta(first), FIRST_DAY + dt.timedelta(last)

    def windows(self, first, last):
        batches = []
        while first <= last:
            end = min(last, first + dt.timedelta(7))
            batches.append(f"feed {first}..{end}")
            first = end + dt.timedelta(1)
        return batches

    def step(self):
        r = self.random
        if r.random() < 0.5:
            self.sky.revise()
        self.sky.faults = r.choice([0, 0, 0.3, 1])
        self.sky.dated = r.random() < 0.9
        self.skew = r.choice([0, 0, 0, 7200, -7200, 86400 * 40]) if self.options.shim else 0
        states, before = self.logged(self.store), self.published(self.store)
        landed, sent, began, report, is_foreign = set(self.manifests(self.landing)), len(self.sky.sent), time.time(), None, False
        judged = self.judged()
        kind = r.choices(
            ["run", "refresh", "accept", "stage", "lookup", "browse", "kill", "raw", "copy", "backup", "rebuild", "lose"],
            [6, 5, 2, 7, 4, 2, 3, 2, 1, 1, 1, 0.5])[0]
        first, last = self.window()
        days = ["--from", str(first), "--to", str(last)]
        batches, code, accepts, in_order = self.windows(first, last), None, False, True
        if kind in ("run", "refresh", "accept"):
            accepts = kind == "accept"
            code, report = self.perigee("run", *days, *({"refresh": ["--refresh"], "accept": ["--accept-removals"]}.get(kind, [])), allowed=(0, 65))
            in_order = len(batches) == 1  # windows beside each other are judged in any order
        elif kind == "stage":
            stages = ["extract", "transform", "audit", "publish"]
            stage, again = r.choice(stages), ["--refresh"] if r.random() < 0.3 else []
            if self.staged and r.random() < 0.8:
                (first, last), stage = self.staged
                days, batches, again = ["--from", str(first), "--to", str(last)], self.windows(first, last), []
            code, report = self.perigee(stage, *days, *again, allowed=(0, 64, 65))
            later = stages[stages.index(stage) + 1:]
            self.staged = ((first, last), later[0]) if later and code != 64 else None
            in_order = len(batches) == 1
            if stage != "publish" or code == 64 or again:
                batches = []
        elif kind == "lookup":
            id = r.choice(list(self.sky.objects))
            accepts = r.random() < 0.3
            code, report = self.perigee("lookup", id, *(["--accept-removals"] if accepts else []), allowed=(0, 64, 65))
            batches = [f"lookup {id}"]
            if code == 64:
                batches = []
        elif kind == "browse":
            page = r.randrange(3)
            code, report = self.perigee("browse", "--page", str(page), *(["--refresh"] if r.random() < 0.5 else []), allowed=(0, 65))
            batches = [f"browse {page}"]
        elif kind == "kill":
            command = r.choice([["run", *days, "--refresh"], ["run", *days, "--refresh"], ["run", *days], ["publish", *days], ["audit", *days, "--refresh"],
                                ["lookup", r.choice(list(self.sky.objects))], ["run", "--raw", self.landing]])
            self.perigee(*command, allowed=(0, 64, 65, 74), kill_after=r.uniform(0.005, 0.08 if self.options.store == "sqlite" else 0.25))
            batches, in_order = [], False
        elif kind == "raw":
            self.synchronize()
            states, before, judged = self.logged(self.store), self.published(self.store), self.judged()
            if r.random() < 0.7:
                is_foreign, batches = True, self.foreign_file(first, last)
                code, report = self.perigee("run", "--raw", self.path("foreign.json"), allowed=(0, 65))
            else:
                batches, in_order = [], False
        elif kind in ("copy", "backup"):
            self.move(kind)
            batches = []
        elif kind == "rebuild":
            self.synchronize()
            self.store = self.new_store()
            if os.path.isdir(self.landing) and self.manifests(self.landing):
                self.perigee("run", "--raw", self.landing, allowed=(0, 65))
            batches, in_order = [], False
        elif kind == "lose":
            shutil.rmtree(self.landing, ignore_errors=True)
            batches = []
        self.collect()
        if not is_foreign and kind not in ("lose",):
            self.check_landed(landed, self.sky.sent[sent:], began, was_killed=kind == "kill")
        if batches:
            self.check_settled(batches, code, states)
        self.check_verdicts(before, judged, accepts, code, in_order and kind != "kill")
        if report:
            self.check_counts(before, report)

    def foreign_file(self, first, last):
        """A body that somebody else has fetched, without a manifest: its window is the days that it lists. Returns its batch."""
        last = min(last, first + dt.timedelta(7))
        document = self.sky.feed(str(first), str(last))
        days = document["near_earth_objects"] = dict(sorted(document["near_earth_objects"].items()))
        if self.random.random() < 0.5:
            for day in list(days)[1:-1]:
                if self.random.random() < 0.5:
                    del days[day]
            document["element_count"] = sum(map(len, days.values()))
        body = json.dumps(document).encode()
        self.sky.keep(body)
        with open(self.path("foreign.json"), "wb") as file:
            file.write(body)
        fetched = self.sky.clock.timestamp() + self.random.choice([-7200, -60, 0, 60])
        os.utime(self.path("foreign.json"), (fetched, fetched))
        return [f"feed {min(days)}..{max(days)}"]

    def check_counts(self, before, report):
        """A run counts what became of the rows, once."""
        was, _ = reference.live(before)
        now, _ = reference.live(self.published(self.store))
        rows = report["rows"]
        if rows["inserted"] - rows["retired"] != len(now) - len(was):
            raise Wrong(f"{len(was)} approaches became {len(now)}; the run says {rows}")

    def synchronize(self):
        """Brings the store to all that is landed."""
        self.collect()
        if os.path.isdir(self.landing) and self.manifests(self.landing):
            self.perigee("run", "--raw", self.landing, allowed=(0, 65))
            states = self.logged(self.store)
            for key, (_, path, _) in self.manifests(self.landing).items():
                accepted = any(self.verdict(path, self.landing))
                if states.get(key) not in ("published", "refused") or (states[key] == "published") != accepted:
                    raise Wrong(f"after `run --raw LANDING` {key} is {states.get(key)}, the verdict {self.verdict(path, self.landing)}")

    def move(self, kind):
        if not self.logged(self.store):
            return
        target = self.new_store()
        if kind == "copy":
            self.perigee("copy", "--from", self.store.url, "--to", target.url)
        else:
            backup = self.path(f"backup{self.stores}")
            self.perigee("backup", "--output", backup)
            for name in [target, self.new_store()]:  # a backup can be restored more than once
                self.perigee("restore", backup, store=name)
        self.check(target, kind)
        self.store = target

    def rebuild_elsewhere(self):
        """All evidence, in three parts and another order, into another landing zone and another store: the same content."""
        self.synchronize()
        found = list(self.manifests(self.landing).items()) if os.path.isdir(self.landing) else []
        if not found:
            return
        self.random.shuffle(found)
        parts = [self.path(f"part{n}") for n in range(3)]
        for part in parts:
            os.makedirs(part)
        for n, (_, (_, path, manifest)) in enumerate(found):
            part = parts[n % 3]
            stem = os.path.basename(path)[len("nasa_neo_raw_"):-len(".manifest.json")]
            names = [os.path.basename(path), manifest["file"], f"nasa_neo_verdict_{stem}.v2.json", f"nasa_neo_accepted_{stem}.json"]
            for name in names:
                if os.path.exists(os.path.join(self.landing, name)):
                    shutil.copy2(os.path.join(self.landing, name), part)
        other, landing = self.new_store(), self.path("landing-elsewhere")
        for part in parts:
            if os.listdir(part):
                self.perigee("run", "--raw", part, store=other, landing=landing, allowed=(0, 65))
        self.check(other, "rebuilt elsewhere")
        here, there = self.logged(self.store), self.logged(other)
        for key, _ in found:
            if here[key] != there.get(key):
                raise Wrong(f"{key} is {here[key]} here and {there.get(key)} in the rebuild")
        if len(there) == len(here) and self.perigee("status", "--hash")[1]["content_hash"] != self.perigee("status", "--hash", store=other)[1]["content_hash"]:
            raise Wrong("the rebuild has another content hash")

    def run(self):
        try:
            for _ in range(self.random.randint(4, self.options.steps)):
                self.step()
                if self.random.random() < 0.25:
                    self.check(self.store, "in between")
            self.skew = 0
            self.check(self.store, "at the end")
            self.rebuild_elsewhere()
            return None
        except Wrong as wrong:
            return f"seed {self.seed}: {wrong}\n" + "\n".join(f"  $ {line}" for line in self.log)
        except Exception as error:  # the harness itself
            import traceback
            return f"seed {self.seed}: {traceback.format_exc()}\n" + "\n".join(f"  $ {line}" for line in self.log)
        finally:
            if self.verbose:
                print("\n".join(self.log))
            self.close()


def one(arguments):
    seed, options, verbose = arguments
    return Sequence(seed, options, verbose).run()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--perigee", default=".build/release/perigee")
    parser.add_argument("--sequences", type=int, default=20)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--steps", type=int, default=14, help="steps of a sequence at most")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--store", default="sqlite", help="sqlite, or the URL of a PostgreSQL database whose user may make others")
    parser.add_argument("--password-file")
    parser.add_argument("--seconds", type=float, help="begin no sequence after so many")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    options.perigee = os.path.abspath(options.perigee)
    options.password = open(options.password_file).read().strip() if options.password_file else None
    tools = tempfile.mkdtemp(prefix="perigee-model-tools-")
    options.shim = None
    compiler = shutil.which("cc") or shutil.which("clang") or shutil.which("gcc")
    if compiler and sys.platform == "linux":
        with open(f"{tools}/skew.c", "w") as file:
            file.write(SKEW)
        if subprocess.run([compiler, "-shared", "-fPIC", "-o", f"{tools}/skew.so", f"{tools}/skew.c", "-ldl"]).returncode == 0:
            options.shim = f"{tools}/skew.so"
    began = time.monotonic()
    failures, done = [], 0
    with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        seeds = iter(range(options.first, options.first + options.sequences))
        running = set()
        while True:
            while len(running) < options.jobs and (options.seconds is None or time.monotonic() - began < options.seconds):
                seed = next(seeds, None)
                if seed is None:
                    break
                running.add(pool.submit(one, (seed, options, options.verbose)))
            if not running:
                break
            finished, running = concurrent.futures.wait(running, return_when=concurrent.futures.FIRST_COMPLETED)
            for future in finished:
                done += 1
                if future.result():
                    failures.append(future.result())
                    print(future.result(), flush=True)
    shutil.rmtree(tools)
    store = options.store if options.store == "sqlite" else options.store.split(":")[0]
    print(f"{done} sequences on {store}, seeds {options.first} to {options.first + done - 1}: {len(failures)} differ ({time.monotonic() - began:.0f} s"
          f"{'' if options.shim else '; without clock errors: no C compiler'})")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
