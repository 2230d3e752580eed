"""A hundred thousand customers claimed by 500 managers at once, nobody waiting to think: no double, none left out, no error.

Twenty outlets of 25 managers; nobody was dealt anything, so all of an outlet run for the same customers. Four processes
with eight threads each, as four machines would come. On SQLite, which has one writer, its declared ceiling of 25 managers.
"""

from __future__ import annotations

import os
import statistics
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ._desks import in_desks, truths
from .results import Results

CLAIMS, OUTLETS, MANAGERS = 100_000, {"postgresql": 20, "sqlite": 1}, 25
PROCESSES, THREADS = 4, 8
NOW = datetime(2026, 3, 4, 10, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
CONSENTS = """
INSERT INTO consent_consentrecord (customer_id, purpose, channel, granted, text_version, evidence, at)
SELECT id, 'marketing', 'call', {yes}, 'v1', 'extract', '2025-09-01 00:00:00' FROM customers_customer"""
ENTRIES = """
INSERT INTO campaigns_listentry (ref, campaign_id, customer_id, arm, stratum, probability, cluster, state, outcome,
    attempts, releases, shared)
SELECT 'e' || id, {campaign} + unit_id - {unit}, id, 'treated', '', 0.8, '', 'open', '', 0, 0, {no} FROM customers_customer"""


def run(results: Results) -> None:
    in_desks(results, _raced)


def _raced(results: Results, database: str) -> None:
    from django.conf import settings

    claims = results.rows(CLAIMS) // (1 if database == "postgresql" else 20)
    groups = _filled(database, claims)
    begun = time.perf_counter()
    spawning = get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, spawning, initializer=_start, initargs=(str(settings.HOME),)) as pool:
        told = list(pool.map(_claim_all, [groups[number::PROCESSES] for number in range(PROCESSES)]))
    seconds = time.perf_counter() - begun
    taken = [entry for claimed, _errors, _waits in told for entry in claimed]
    errors = sum((errors for _claimed, errors, _waits in told), Counter())
    waits = sorted(wait for _claimed, _errors, waits in told for wait in waits)
    results.note(
        case=database, managers=sum(map(len, groups)), listed=claims, claimed=len(taken),
        doubles=len(taken) - len(set(taken)), left_out=claims - len(set(taken)), errors=dict(errors),
        claims_a_second=round(len(taken) / seconds, 1), median_ms=round(1000 * statistics.median(waits)),
        p99_ms=round(1000 * waits[int(0.99 * len(waits))]), worst_ms=round(1000 * waits[-1]),
    )  # fmt: skip
    from jiugong_desk.core.invariants import broken

    results.note(case=database, invariants_broken=len(list(broken(NOW))))


def _filled(database: str, claims: int) -> list[list[int]]:
    """Outlets with their managers, a campaign and customers each; the managers' keys, in groups of an eighth of an outlet."""
    from types import SimpleNamespace

    from django.db import connection

    from jiugong_desk.core.statistics import renew_statistics
    from jiugong_desk.organisation.models import Posting, Staff, Unit
    from tests.support.cast import make_campaign

    from .board import people

    branch = Unit.objects.create(code="BR01", name="分行", kind=Unit.Kind.BRANCH, path="BR01.")
    planner = Staff.objects.create(staff_no="9001", name="planner", person_key="9001")
    units, campaigns, managers = [], [], []
    for number in range(OUTLETS[database]):
        unit = Unit.objects.create(
            code=f"OU{number:02}",
            name=f"网点{number}",
            kind=Unit.Kind.OUTLET,
            parent=branch,
            path=f"BR01.OU{number:02}.",
        )
        staff = [
            Staff.objects.create(
                staff_no=f"{1000 + number * MANAGERS + n}", name=f"经理{n}", person_key=f"p{number}-{n}"
            )
            for n in range(MANAGERS)
        ]
        Posting.objects.bulk_create(Posting(staff=one, unit=unit, role="customer_manager") for one in staff)
        cast: Any = SimpleNamespace(sub_branch=branch, planner=planner)
        span = {"starts_on": NOW.date() - timedelta(days=1), "ends_on": NOW.date() + timedelta(days=20)}
        campaigns.append(make_campaign(cast, participants=tuple(staff), title=f"活动{number}", **span))
        units.append(unit)
        managers += [one.pk for one in staff]
    given = {
        "ref": "'r' || i", "customer_no": "'K' || (100000000 + i)", "unit_id": f"{units[0].pk} + i % {len(units)}",
        "mobile_digest": "'m' || i", "mobile_tail": "'0000'", "birth_date": "'1988-05-01'",
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(*people(claims, given))
        cursor.execute(CONSENTS.format(**truths(database)))
        cursor.execute(ENTRIES.format(**truths(database), campaign=campaigns[0].pk, unit=units[0].pk))
    renew_statistics()
    size = max(len(managers) // (PROCESSES * THREADS), 1)
    return [managers[start : start + size] for start in range(0, len(managers), size)]


def _start(home: str) -> None:
    os.environ["JIUGONG_HOME"] = home
    from jiugong_desk.config import runtime

    runtime.start_django(Path(home))


def _claim_all(groups: list[list[int]]) -> tuple[list[int], Counter[str], list[float]]:
    with ThreadPoolExecutor(max(len(groups), 1)) as pool:
        told = list(pool.map(_claim, groups))
    taken = [entry for claimed, _errors, _waits in told for entry in claimed]
    return (
        taken,
        sum((errors for _c, errors, _w in told), Counter()),
        [wait for _c, _e, waits in told for wait in waits],
    )


def _claim(people: list[int]) -> tuple[list[int], Counter[str], list[float]]:
    """These managers in turn, until none of them is given anybody."""
    from django.db import DatabaseError, connection

    from jiugong_desk.calls import services
    from jiugong_desk.campaigns.models import ListEntry
    from jiugong_desk.organisation.models import Staff

    taken: list[int] = []
    errors: Counter[str] = Counter()
    waits: list[float] = []
    staff = list(Staff.objects.filter(pk__in=people))
    while staff:
        for one in list(staff):
            begun = time.perf_counter()
            try:
                entry = services.claim_next(None, by=one, at=NOW)
            except DatabaseError as error:
                errors[type(error).__name__] += 1
                continue
            waits.append(time.perf_counter() - begun)
            if entry is None:
                staff.remove(one)
                continue
            taken.append(entry.pk)
            done = {"state": "done", "claimed_by": None, "claimed_at": None, "lease_until": None}
            ListEntry.objects.everyone().filter(pk=entry.pk).update(**done)
    connection.close()
    return taken, errors, waits
