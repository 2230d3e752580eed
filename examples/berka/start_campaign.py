"""From a loaded desk to a running campaign on the borrowers: the verbs that the pages call, by the people who may.

    python examples/berka/start_campaign.py --dir FOLDER_OF_THE_DESK

The planner drafts, compliance reviews the script, management (another person) approves and launches.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jiugong.errors import InputError, JiugongError
from jiugong_desk.config.command import opened

if TYPE_CHECKING:  # models exist only once Django has started
    from jiugong_desk.campaigns.models import Campaign
    from jiugong_desk.campaigns.services import LaunchResult

HERE = Path(__file__).parent
PLANNER, COMPLIANCE, MANAGEMENT = "CZ-PLAN", "CZ-LAW", "CZ-HEAD"
AUDIENCE = [{"field": "loan_kind", "op": "is", "value": "consumer"}]
SEED = "berka"  # a campaign of the pages draws its own; here the same customers are held out in every run
HELD_OUT = 136  # one in five
DAYS, DAILY_CALLS = 30, 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dir", type=Path, default=os.environ.get("JIUGONG_HOME"), help="JIUGONG_HOME if absent")
    parser.add_argument("--report", type=Path, help="write what came of it as JSON")
    arguments = parser.parse_args()
    if arguments.dir is None:
        parser.error("give --dir, or set JIUGONG_HOME")
    try:
        with opened(arguments.dir):
            report = start()
    except JiugongError as error:
        sys.exit(f"start_campaign: {error}")
    if arguments.report:
        arguments.report.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"campaign {report['campaign']} is {report['state']}: drafted by {PLANNER}, approved by {MANAGEMENT}")
    print(f"audience {report['audience']}, eligible {report['eligible']}, left out {report['left_out'] or 'nobody'}")
    print(f"held out {report['held_out']}, on managers' lists {report['treated']}:")
    for staff_no, listed in report["lists"].items():
        print(f"  {staff_no}  {listed['customers']:3d}, first {listed['first']}")


def start() -> dict[str, Any]:
    """All or nothing: draft, review, approve, launch; what came of it."""
    from django.db import transaction

    from jiugong_desk.campaigns.models import Campaign
    from jiugong_desk.core import clock

    if Campaign.objects.everyone().filter(seed=SEED).exists():
        raise InputError("this desk has the campaign already; make another desk to start it anew")
    with transaction.atomic():
        campaign, result = launched(at=clock.now())
    return {
        "campaign": campaign.ref, "state": campaign.state, "audience": result.audience, "eligible": result.eligible,
        "left_out": result.left_out, "treated": result.treated, "held_out": result.held_out, "lists": lists(campaign),
    }  # fmt: skip


def launched(*, at: datetime) -> tuple[Campaign, LaunchResult]:
    from jiugong_desk.campaigns import services
    from jiugong_desk.campaigns.schooling import about
    from jiugong_desk.core.clock import bank_date
    from jiugong_desk.demo.campaign import approve
    from jiugong_desk.demo.impact import assessment
    from jiugong_desk.demo.schooling import pass_course
    from jiugong_desk.organisation.models import Staff, Unit
    from jiugong_desk.scripts.services import create_script
    from jiugong_desk.training.models import Enrolment

    people = {person.staff_no: person for person in Staff.objects.all()}
    if missing := {PLANNER, COMPLIANCE, MANAGEMENT} - people.keys():
        raise InputError(f"nobody has the staff number {', '.join(sorted(missing))}; run `jiugong admin load` first")
    planner, management = people[PLANNER], people[MANAGEMENT]
    managers = [person for person in people.values() if person.may("call.work")]
    texts = json.loads((HERE / "campaign.json").read_text(encoding="utf-8"))
    script = create_script(code="berka-needs", title=texts["script_title"], content=texts["script"], by=planner, at=at)
    ends_on = bank_date(at) + timedelta(days=DAYS)
    campaign = services.draft(
        unit=Unit.objects.get(parent=None), by=planner, at=at, audience=AUDIENCE, holdout_size=HELD_OUT, seed=SEED,
        script=script, starts_on=bank_date(at), ends_on=ends_on, budget=Decimal(texts["budget"]),
        goals=[goal | {"by": str(ends_on)} for goal in texts["goals"]], primary_measure="take_up", **texts["plan"],
    )  # fmt: skip
    services.set_participants(campaign, daily_calls=dict.fromkeys(managers, DAILY_CALLS), by=planner, at=at)
    campaign.refresh_from_db()
    services.attach(
        campaign, kind="impact", name="assessment.docx", content=assessment(campaign), version=campaign.version,
        by=planner, at=at,
    )  # fmt: skip
    approve("script", script.ref, by=people[COMPLIANCE], at=at)
    services.submit(campaign, by=planner, at=at)
    approve("plan_review", campaign.ref, by=people[COMPLIANCE], at=at)
    approve("plan", campaign.ref, "同意，保留组须严格执行。", by=management, at=at)
    for enrolment in Enrolment.objects.everyone().filter(course__about=about(campaign)):
        pass_course(enrolment, at=at)
    campaign.refresh_from_db()
    result = services.launch(campaign, by=management, at=at)
    campaign.refresh_from_db()
    return campaign, result


def lists(campaign: Campaign) -> dict[str, dict[str, Any]]:
    """Per manager how many customers, and the first of them by number."""
    from jiugong_desk.campaigns.models import ListEntry

    entries = ListEntry.objects.everyone().filter(campaign=campaign, manager__isnull=False)
    found: dict[str, dict[str, Any]] = {}
    for entry in entries.select_related("manager", "customer").order_by("manager__staff_no", "pk"):
        assert entry.manager is not None
        listed = found.setdefault(entry.manager.staff_no, {"customers": 0, "first": entry.customer.customer_no})
        listed["customers"] += 1
    return found


if __name__ == "__main__":
    main()
