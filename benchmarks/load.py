"""A bank at work: 500 managers, a million customers, requests that come at a fixed rate whatever the site does (open loop).

A closed loop waits for the slow answer before it asks again, and so hides it; here an answer's time runs from the moment
at which its request was due. The real site (gunicorn) on PostgreSQL; on SQLite the declared ceiling of 25
managers. Promised on two cores: p95 150 ms and p99 350 ms at 20 requests a second; a burst of 60 a second without errors.
"""

from __future__ import annotations

import os
import random
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from . import audience, board
from ._desks import in_desks, truths
from .results import Results

PEOPLE = {"postgresql": 500, "sqlite": 25}
PHASES = (("steady", 20, 180), ("burst", 60, 60))  # name, requests a second, seconds
DAY = datetime(2026, 3, 4, 10, 30, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Wednesday inside the calling hours
TOKEN = "k" * 32
THREADS = 64
ENTRIES = """
INSERT INTO campaigns_listentry (ref, campaign_id, customer_id, arm, stratum, probability, cluster, manager_id, state,
    outcome, attempts, releases, shared)
SELECT 'e' || id, {campaign}, id, 'treated', '', 0.8, '', manager_id, 'open', '', 0, 0, {no}
FROM customers_customer WHERE {b} < 750 AND {c} < 950 AND manager_id >= {first} AND manager_id < {last}"""
MIX = (("next", 20), ("save", 15), ("today", 8), ("customers", 8), ("customer", 8), ("visits", 3), ("book", 3))
REQUESTS = {"next": 2, "save": 3}  # the claim and his page; the number, the result and the next one's page


def run(results: Results) -> None:
    in_desks(results, _filled_and_asked)


def _filled_and_asked(results: Results, database: str) -> None:
    rows, people = results.rows(board.CUSTOMERS), max(int(PEOPLE[database] * min(results.scale * 2, 1)), 2)
    board.fill(rows, months=1)
    sessions = _managers(database, people)
    with _site() as port:
        Office(port, sessions, seed=0).work(5, 10)  # both processes have loaded everything
        for name, rate, seconds in PHASES:
            office = Office(port, sessions, seed=rate)
            office.work(rate, max(int(seconds * min(results.scale * 4, 1)), 5))
            _tell(results, f"{database}, {people} managers, {name}", rows, rate, office)
    from jiugong_desk.calls.invariants import broken

    broken_now = list(broken(_now()))
    results.note(case=database, invariants_broken=len(broken_now))


def _managers(database: str, people: int) -> list[str]:
    """A campaign that they call, a list for each, and their sessions."""
    from types import SimpleNamespace

    from django.conf import settings
    from django.db import connection
    from django.test import Client

    from jiugong_desk.core.statistics import renew_statistics
    from jiugong_desk.organisation.models import Staff, Unit
    from tests.support.cast import make_campaign

    staff = list(Staff.objects.filter(staff_no__gte="1000", staff_no__lt="3000").order_by("pk")[:people])
    cast: Any = SimpleNamespace(sub_branch=Unit.objects.get(code="BR01"), planner=staff[0])
    span = {"starts_on": DAY.date() - timedelta(days=1), "ends_on": DAY.date() + timedelta(days=20)}
    campaign = make_campaign(cast, participants=tuple(staff), **span)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE customers_customer SET birth_date = '1988-05-01'")
        for statement in (audience.MOBILES, audience.LOANS, audience.CONSENTS, ENTRIES):
            given = {"campaign": campaign.pk, "first": staff[0].pk, "last": staff[-1].pk + 1}
            cursor.execute(statement.format(**board.chances(100), **truths(database), **given))
    renew_statistics()
    cookies = []
    for person in staff:
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookies.append(f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={TOKEN}")
    return cookies


def _now() -> datetime:
    return DAY + timedelta(seconds=time.monotonic() - BEGUN)


BEGUN = time.monotonic()


@contextmanager
def _site() -> Iterator[int]:
    """The site as a bank runs it, at ten on a working day."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    offset = int((_now() - datetime.now(DAY.tzinfo)).total_seconds())
    settings = {"JIUGONG_PORT": str(port), "JIUGONG_CLOCK_OFFSET_SECONDS": str(offset), "JIUGONG_DEMO": ""}
    env = os.environ | settings | {"JIUGONG_DATABASE_POOL": "1"}  # a bank's site keeps its connections; tests do not
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "-c",
        "python:jiugong_desk.config.gunicorn",
        "jiugong_desk.config.wsgi",
    ]
    site = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        site.terminate()
        site.wait()


class Office:
    """The people before their pages. A person does one thing at a time; who is free is asked next."""

    def __init__(self, port: int, sessions: list[str], *, seed: int) -> None:
        self.port = port
        self.lot = random.Random(seed)
        self.free = list(range(len(sessions)))
        self.cookies = sessions
        self.open: dict[int, str] = {}  # who has which entry open
        self.customer: dict[int, str] = {}
        self.lock = threading.Lock()
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.errors: list[str] = []
        self.refused = self.late = 0

    def work(self, rate: int, seconds: int) -> None:
        kinds, weights = zip(*MIX, strict=True)
        requests_of = sum(weight * REQUESTS.get(kind, 1) for kind, weight in MIX) / sum(weights)
        gap, begun = requests_of / rate, time.perf_counter()
        with ThreadPoolExecutor(THREADS) as pool:
            for number in range(int(seconds / gap)):
                due = begun + number * gap
                time.sleep(max(0.0, due - time.perf_counter()))
                pool.submit(self._one, self.lot.choices(kinds, weights)[0], due)

    def _one(self, kind: str, due: float) -> None:
        with self.lock:
            if not self.free:
                self.late += 1
                return
            who = self._somebody({"save": self.open, "customer": self.customer, "book": self.customer}.get(kind, {}))
        try:
            getattr(self, f"_{kind}")(who, due)
        except (OSError, HTTPException, AssertionError) as error:
            self.errors.append(f"{kind}: {error}")
        finally:
            with self.lock:
                self.free.append(who)

    def _somebody(self, having: Mapping[int, str]) -> int:
        """Who does it: one of those who have what it is about, where any of them is free."""
        ready = [place for place, who in enumerate(self.free) if who in having]
        return self.free.pop(self.lot.choice(ready) if ready else self.lot.randrange(len(self.free)))

    def _next(self, who: int, due: float) -> None:
        place = self._ask(who, "claim", "POST", "/calls/next/", due=due)
        self._page_of(who, place)
        self.seconds["next customer to the eye"].append(time.perf_counter() - due)

    def _save(self, who: int, due: float) -> None:
        if who not in self.open:
            self._next(who, due)
            due = time.perf_counter()
        entry = self.open.pop(who)
        self._ask(who, "number", "POST", f"/calls/{entry}/number/", due=due)
        sent = {"submission": f"{self.lot.getrandbits(96):024x}", "outcome": "no_answer", "next": "1"}
        place = self._ask(who, "save", "POST", f"/calls/{entry}/outcome/", sent)
        self._page_of(who, place)

    def _page_of(self, who: int, place: str) -> None:
        if found := re.fullmatch(r"/calls/(\w{2,})/", place):
            self.open[who] = found[1]
            page = self._ask(who, "call page", "GET", place)
            if customer := re.search(r'href="/customers/(\w+)/"', page):
                self.customer[who] = customer[1]

    def _today(self, who: int, due: float) -> None:
        self._ask(who, "today", "GET", "/calls/", due=due)

    def _customers(self, who: int, due: float) -> None:
        self._ask(who, "customer list", "GET", "/customers/", due=due)

    def _visits(self, who: int, due: float) -> None:
        self._ask(who, "visits", "GET", "/visits/", due=due)

    def _customer(self, who: int, due: float) -> None:
        if who in self.customer:
            self._ask(who, "customer page", "GET", f"/customers/{self.customer[who]}/", due=due)
        else:
            self._today(who, due)

    def _book(self, who: int, due: float) -> None:
        if who not in self.customer:
            self._visits(who, due)
            return
        day = DAY.date() + timedelta(days=self.lot.choice((1, 2)))
        slot = f"{day}T{self.lot.choice((9, 10, 11, 14, 15, 16)):02}:{self.lot.choice((0, 30)):02}:00+08:00"
        self._ask(who, "book", "POST", f"/visits/book/{self.customer[who]}/", {"starts_at": slot}, due=due)

    def _ask(
        self, who: int, kind: str, method: str, path: str, sent: dict[str, str] | None = None, *, due: float | None = None
    ) -> str:  # fmt: skip
        """The page, or where it leads to."""
        due = time.perf_counter() if due is None else due
        line = HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {
            "Cookie": self.cookies[who],
            "X-CSRFToken": TOKEN,
            "Content-Type": "application/x-www-form-urlencoded",
        } | ({"HX-Request": "true"} if kind == "number" else {})  # of which only a part of the page comes back
        try:
            line.request(method, path, urlencode(sent or {}) if method == "POST" else None, headers)
            answer = line.getresponse()
            body = answer.read().decode("utf-8", "replace")
        finally:
            line.close()
        self.seconds[kind].append(time.perf_counter() - due)
        self.refused += answer.status == 409
        assert answer.status in (200, 303, 409), f"{method} {path.split('/')[1]} answered {answer.status}"
        return answer.getheader("Location") or body


def _tell(results: Results, case: str, rows: int, rate: int, office: Office) -> None:
    everything = [one for kind, taken in office.seconds.items() if "eye" not in kind for one in taken]
    counts = {
        "requests": len(everything),
        "errors": len(office.errors),
        "refused": office.refused,
        "nobody_free": office.late,
    }
    results.note(case=case, rows=rows, requests_a_second=rate, **counts, **_marks(everything))
    for kind, taken in sorted(office.seconds.items()):
        results.note(case=case, kind=kind, requests=len(taken), **_marks(taken))
    for error in office.errors[:5]:
        results.note(case=case, error=error)


def _marks(taken: list[float]) -> dict[str, float]:
    """Milliseconds."""
    cuts: Callable[[float], float] = lambda share: sorted(taken)[min(len(taken) - 1, int(share * len(taken)))]  # noqa: E731
    return {
        "median_ms": round(1000 * statistics.median(taken)), "p95_ms": round(1000 * cuts(0.95)),
        "p99_ms": round(1000 * cuts(0.99)), "worst_ms": round(1000 * max(taken)),
    }  # fmt: skip
