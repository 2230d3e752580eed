"""Build the demo: the whole life of a campaign in a fictional bank, in the desk's own database.

Everything after the extracts goes through the services that the pages use. The caller has started Django for the
folder and migrated its database (`config.demo`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from ..campaigns import services as campaigns
from ..campaigns.models import Campaign
from ..organisation.calendar import working_days
from ..organisation.models import Staff
from . import (
    changes,
    checked,
    contacts,
    follow_ups,
    loading,
    plans,
    products,
    schooling,
    stalling,
    standing,
    story,
    telephones,
    waiting,
)  # fmt: skip
from .bridge import Bank, reactions, simulate_bank
from .campaign import Plan, approved, final_report, ten_day_reports
from .days import Day, Tally
from .importing import steward_morning
from .notices import handed_down
from .people import People, find_people
from .progress import Report as Advance
from .progress import Stages
from .truth import Recovery, compare


@dataclass(frozen=True)
class DemoResult:
    """What was built, and what it shows. `now` is the desk's time when it is opened."""

    customers: int
    seed: int
    now: datetime
    ingested: dict[str, Any]
    funnel: list[dict[str, Any]]
    recovery: Recovery
    calls: int
    visits: int
    second: dict[str, Any]
    imports: dict[str, int]
    seconds: dict[str, float]

    def as_json(self) -> dict[str, Any]:
        plain = {**vars(self), "now": self.now.isoformat(), "recovery": self.recovery.as_json()}
        return {**plain, "seconds_total": round(sum(self.seconds.values()), 1)}


def build(home: Path, *, customers: int, seed: int, stages: Stages) -> DemoResult:
    """Thirty days and two months in about a minute."""
    with stages.stage("simulate", "模拟一家银行 · simulate the bank"):
        bank = simulate_bank(customers=customers, seed=seed, as_of=story.AS_OF)
    with stages.stage("ingest", "银行报送数据，校验入库 · extracts and ingest"):
        ingested = loading.send_and_ingest(bank, home / "extracts")
    with stages.stage("organisation", "机构、员工、日历 · organisation") as advance:
        loading.found_organisation(bank, advance)
    people = find_people()
    with stages.stage("products", "产品目录与优惠 · products, rates and offers"):
        products.found_catalogue(people)
    with stages.stage("earlier", "此前两个月的客户分布 · where customers stood before") as advance:
        _earlier(bank, people, advance)
    with stages.stage("customers", "客户分级装载 · customers on the grid") as advance:
        loading.load_customers(bank.as_of, by=people["data_steward"], on=story.LOADED, report=advance)
    with stages.stage("plan", "方案起草、审定、批准、启动 · plan, approve, launch"):
        products.renew_benchmarks(people)
        products.promise(people)
        left_alone = standing.left_alone(people, seed=seed)
        plan = plans.mortgage(customers, seed)
        campaign = _launch(plan, people, planned=story.PLANNED)
    with stages.stage("campaign", "三十天外呼与面谈，每旬评价 · thirty days, three evaluations") as advance:
        tally = _thirty_days(campaign, plan, bank, people, seed=seed, advance=advance)
    with stages.stage("later", "一、二月数据入库 · the snapshots of January and February") as advance:
        end = _later(bank, tally, home, people, advance)
    with stages.stage("final", "终期评估 · the final report"):
        report = final_report(campaign, people, at=story.moment(story.CONCLUDED, 8, 30))
        standing.measured(left_alone, people)
        recovery = compare(campaign, report, at_start=bank, at_end=end, brought=tally.placements)
        contacts.beside_the_campaigns(campaign, people)
    with stages.stage("second", "第二个活动进行到上午 · a second campaign, this morning"):
        second = _second_campaign(end, people, customers, seed)
    with stages.stage("imports", "数据管理员导入两份名单 · two lists are imported"):
        products.renew_quotas(people)
        imports = steward_morning(end.as_of, by=people["data_steward"], seed=seed)
    return DemoResult(
        customers=customers,
        seed=seed,
        now=story.now(),
        ingested=ingested,
        funnel=report.figures["funnel"],
        recovery=recovery,
        calls=tally.calls,
        visits=tally.visits,
        second=second,
        imports=imports,
        seconds=stages.seconds,
    )


def _launch(plan: Plan, people: People, *, planned: date, unread: tuple[Staff, ...] = ()) -> Campaign:
    """Approved, handed down in the afternoon, read by the heads the next morning, and launched."""
    campaign = approved(plan, people, on=planned)
    schooling.taught(campaign, people, at=story.moment(planned, 15, 50))
    issued, read = story.moment(planned, 16, 20), story.moment(plan.starts_on, 8, 5)
    handed_down(campaign, people, at=issued, read_at=read, unread=unread)
    campaigns.launch(campaign, by=people["management"], at=story.moment(plan.starts_on, 8, 40))
    return campaign


def _thirty_days(campaign: Campaign, plan: Plan, bank: Bank, people: People, *, seed: int, advance: Advance) -> Tally:
    truth, tally = reactions(bank, seed=seed), Tally()
    due = {on: period_end for period_end, on in story.EVALUATIONS}
    days = working_days(story.STARTS, story.CLOSED)
    for number, day in enumerate(days):
        advance(number, len(days))
        if day in due:
            ten_day_reports(campaign, people, period_end=due[day], on=day)
        if day <= campaign.ends_on:
            Day(day, campaign, truth, people, daily_calls=plan.daily_calls, tally=tally).run()
    campaigns.close(
        campaign, reason="活动期满，按方案结束。", by=people["management"], at=story.moment(story.CLOSED, 16)
    )
    return tally


def _earlier(bank: Bank, people: People, advance: Advance) -> None:
    """The months before the story, so that the board has something to compare with."""
    for months in range(story.EARLIER_MONTHS, 0, -1):
        before = bank.earlier(months)
        loading.load_standings(before, by=people["data_steward"], on=before.as_of + timedelta(days=1))
        advance(story.EARLIER_MONTHS - months + 1, story.EARLIER_MONTHS)


def _later(bank: Bank, tally: Tally, home: Path, people: People, advance: Advance) -> Bank:
    """The bank goes on by two months with the money that came; the desk takes over the newer balances."""
    for months in range(1, story.LATER_MONTHS + 1):
        end = bank.later(months, tally.placements)
        loading.send_and_ingest(end, home / "extracts")
        loading.load_customers(end.as_of, by=people["data_steward"], on=end.as_of + timedelta(days=1), report=advance)
    return end


def _second_campaign(bank: Bank, people: People, customers: int, seed: int) -> dict[str, Any]:
    """Two days of it and a morning; then whatever else waits on the desks."""
    plan = plans.payroll(customers, seed)
    campaign = _launch(plan, people, planned=story.SECOND_PLANNED, unread=(people["outlet_head"],))
    follow_ups.rooms(people)
    truth, tally = reactions(bank, seed=seed + 1), Tally()
    for day in working_days(plan.starts_on, story.TODAY):
        today = day == story.TODAY
        stalling.morning(campaign, people, day)
        if today:
            waiting.goes_on_leave(campaign, people)
            waiting.first_calls(campaign, people)
        few = stalling.calls_of(people)
        Day(day, campaign, truth, people, daily_calls=plan.daily_calls, tally=tally, calls_of=few).run(
            until=story.now() if today else None
        )
        stalling.evening(people, day)
        if day == story.AMENDED:
            changes.lengthened(campaign, people, on=day)
            checked.written_up_late(campaign, people, on=day)
    telephones.reported(people)
    checked.looked_at(people, seed=seed)
    stalling.reminded(campaign, people)
    desks = waiting.on_the_desks(campaign, people, customers=customers, seed=seed)
    return {"campaign": campaign.title, "calls": tally.calls, "waiting": desks}
