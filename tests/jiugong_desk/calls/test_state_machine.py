"""The calling room as a state machine: whatever happens, in whatever order, the invariants hold.

Three callers at two outlets, one of whom is away now and then; customers on two campaigns' lists; a clock that jumps,
also backwards; a site that forgets everything it had in memory. Beside the services stands a plain model that is asked
the same questions: it knows only what was said to whom and when.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.audit.services import verify
from jiugong_desk.calls import queue, services
from jiugong_desk.calls import rules as calls_rules
from jiugong_desk.calls.invariants import broken
from jiugong_desk.calls.models import Call
from jiugong_desk.calls.outcomes import OUTCOMES, REACHED
from jiugong_desk.calls.rules import stood
from jiugong_desk.calls.services import leases
from jiugong_desk.calls.services.claims import RELEASE_REASONS
from jiugong_desk.campaigns.models import Campaign, ListEntry
from jiugong_desk.consent import rules as consent_rules
from jiugong_desk.consent.models import Complaint, DoNotCall
from jiugong_desk.consent.rules import eligibility
from jiugong_desk.consent.services import open_complaint, settle_complaint, stop_calling
from jiugong_desk.core.errors import Refused
from jiugong_desk.duty import services as duty
from jiugong_desk.duty.models import Absence
from jiugong_desk.organisation.calendar import is_working_day
from jiugong_desk.organisation.models import Staff
from tests.support.cast import NOW, SHANGHAI, Cast, make_campaign, make_customer, make_entry

HOURS = ((time(9), time(12)), (time(14), time(20)))
CALLERS = ("wang", "sun", "li")
callers, numbers = st.sampled_from(CALLERS), st.integers(0, 30)


class Calling(RuleBasedStateMachine):
    """`cast` is set by the test: made once, since it is costly and no rule changes it."""

    cast: Cast

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.now = NOW
        self.sent = 0
        self.opted_out: dict[int, datetime] = {}
        self.calls: dict[int, list[tuple[datetime, str]]] = defaultdict(list)  # by entry: what stands, as it was said
        self.replies: dict[str, tuple[dict[str, Any], int]] = {}
        self._set_the_scene()

    def _set_the_scene(self) -> None:
        cast = self.cast
        people = (cast.wang, cast.sun, cast.li)
        self.campaigns = [
            make_campaign(cast, participants=people),
            make_campaign(cast, participants=people, title="二"),
        ]
        for number in range(4):
            customer = make_customer(cast.north, cast.wang)
            make_entry(self.campaigns[0], customer, cast.wang)
            if number < 2:
                make_entry(self.campaigns[1], customer, cast.sun)
        make_entry(self.campaigns[0], make_customer(cast.north), None)
        make_entry(self.campaigns[0], make_customer(cast.south, cast.li), cast.li)
        make_entry(self.campaigns[0], make_customer(cast.north, cast.wang), cast.wang, arm="held_out")
        self.forget()

    def teardown(self) -> None:
        try:
            assert not list(verify())
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    # What people do

    @rule(who=callers)
    def claim_next(self, who: str) -> None:
        entry = self._try(services.claim_next, None, by=self.staff(who))
        if entry is not None:
            self._was_offered(entry, who)

    @rule(who=callers, which=numbers)
    def claim(self, who: str, which: int) -> None:
        entry = self._try(services.claim, self.entry(which), by=self.staff(who))
        if entry is not None:
            self._was_offered(entry, who)

    @rule(who=callers, why=st.sampled_from(sorted(RELEASE_REASONS)))
    def release(self, who: str, why: str) -> None:
        if (entry := self.held(who)) is not None:
            self._try(services.release, entry, reason=why, by=self.staff(who))

    @rule(who=callers)
    def show_number(self, who: str) -> None:
        if (entry := self.held(who)) is not None and self._try(services.show_number, entry, by=self.staff(who)):
            self._number_was_due(entry)

    @rule(
        who=callers,
        code=st.sampled_from(sorted(OUTCOMES)),
        soon=st.integers(1, 6),
        shared=st.booleans(),
        unseen=st.booleans(),
    )
    def record(self, who: str, code: str, soon: int, shared: bool, unseen: bool) -> None:
        if (entry := self.held(who)) is None:
            return
        self.sent += 1
        outcome, key = OUTCOMES[code], f"submission-{self.sent:06d}"
        said: dict[str, Any] = {"outcome": code, "purpose_disclosed": outcome.reached, "number_unseen": unseen}
        shown = self._number_was_shown(entry, who)
        if outcome.asks_callback:
            said |= {"callback_at": self.now + timedelta(hours=soon), "shared": shared}
        if outcome.asks_visit:
            said["visit_at"] = datetime.combine(self.now.date() + timedelta(days=1), time(9, 30), SHANGHAI)
        call = self._try(services.record_outcome, entry, submission=key, by=self.staff(who), **said)
        if call is not None:
            assert shown or call.number_unseen
            assert unseen or not call.number_unseen
            self.calls[entry.pk].append((call.at, code))
            self.replies[key] = ({"entry": entry.pk, "who": who, **said}, call.pk)
            if code == "refused_forever":
                self.opted_out.setdefault(entry.customer_id, self.now)

    @precondition(lambda self: self.replies)
    @rule(which=numbers)
    def send_again(self, which: int) -> None:
        """A browser that never got its answer: the same call, however much later."""
        key = sorted(self.replies)[which % len(self.replies)]
        said, pk = self.replies[key]
        said = dict(said)
        entry, who = ListEntry.objects.everyone().get(pk=said.pop("entry")), said.pop("who")
        assert services.record_outcome(entry, submission=key, by=self.staff(who), at=self.now, **said).pk == pk

    @rule(who=callers)
    def take_back(self, who: str) -> None:
        call = Call.objects.everyone().filter(by=self.staff(who)).first()
        if call is not None and self._try(services.take_back, call, by=self.staff(who)):
            assert call.outcome not in ("refused_forever", "complaint")
            self.calls[call.entry_id].remove((call.at, call.outcome))

    @rule(which=numbers, code=st.sampled_from(sorted(set(OUTCOMES) - {"call_back", "invited"})))
    def correct(self, which: int, code: str) -> None:
        if (call := self._call(which)) is None:
            return
        before, purpose = call.outcome, OUTCOMES[code].reached
        if self._try(
            services.correct,
            call,
            outcome=code,
            purpose_disclosed=purpose,
            reason="登记时误点",
            seen=call.corrections.count(),
            by=call.by,
        ):
            place = self.calls[call.entry_id].index((call.at, before))
            self.calls[call.entry_id][place] = (call.at, code)
            assert before not in ("refused_forever", "complaint") or code == before
            if code == "refused_forever":
                self.opted_out.setdefault(call.entry.customer_id, self.now)

    @rule(who=callers)
    def keep_open(self, who: str) -> None:
        if (entry := self.held(who)) is not None:
            services.extend(entry, by=self.staff(who), at=self.now)

    # What happens around them

    @rule(which=numbers)
    def opts_out_at_the_counter(self, which: int) -> None:
        customer = self.entry(which).customer
        stop_calling(customer, source="branch", by=self.cast.zhao, at=self.now)
        self.opted_out.setdefault(customer.pk, self.now)

    @rule(which=numbers)
    def complains(self, which: int) -> None:
        open_complaint(self.entry(which).customer, source_ref="counter", by=self.cast.zhao, at=self.now)

    @rule()
    def complaint_is_settled(self) -> None:
        if (one := Complaint.objects.everyone().filter(settled_at=None).first()) is not None:
            settle_complaint(one, resolution="已解释", by=self.cast.compliance, at=self.now)

    @rule(days=st.integers(0, 2))
    def wang_is_away_and_sun_stands_in(self, days: int) -> None:
        today = self.now.astimezone(SHANGHAI).date()
        self._try(
            duty.record, self.cast.wang, first_day=today, last_day=today + timedelta(days=days), kind="annual",
            cover=self.cast.sun, by=self.cast.zhao,
        )  # fmt: skip

    @rule()
    def wang_is_back(self) -> None:
        if (one := Absence.objects.everyone().filter(staff=self.cast.wang, cancelled_at=None).first()) is not None:
            self._try(duty.cancel, one, by=self.cast.zhao)

    @rule(which=st.integers(0, 1), state=st.sampled_from(["launched", "paused"]))
    def campaign_pauses_or_goes_on(self, which: int, state: str) -> None:
        Campaign.objects.everyone().filter(pk=self.campaigns[which].pk).update(state=state)

    @rule(minutes=st.sampled_from([1, 7, 21, 45, 90, 240, 24 * 60, 3 * 24 * 60, 8 * 24 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(minutes=st.sampled_from([1, 25, 60]))
    def the_clock_is_set_back(self, minutes: int) -> None:
        self.now = max(NOW, self.now - timedelta(minutes=minutes))

    @rule()
    def forget(self) -> None:
        """The site starts anew: nothing that a page remembered is there any more."""
        for name in CALLERS:
            setattr(self.cast, name, Staff.objects.get(pk=getattr(self.cast, name).pk))

    # What must hold

    @invariant()
    def nothing_is_broken(self) -> None:
        assert list(broken(self.now)) == []

    @invariant()
    def the_calls_that_stand_are_those_that_were_made(self) -> None:
        stand = defaultdict(list)
        for entry, at, code in Call.objects.everyone().order_by("at", "pk").values_list("entry", "at", "outcome"):
            stand[entry].append((at, code))
        assert dict(stand) == {key: sorted(made) for key, made in self.calls.items() if made}

    @invariant()
    def a_refusal_for_ever_stays(self) -> None:
        assert set(DoNotCall.objects.values_list("customer", flat=True)) == set(self.opted_out)

    @invariant()
    def what_is_offered_next_is_ones_own_to_offer(self) -> None:
        for name in CALLERS:
            staff = self.staff(name)
            for entry in queue.workable(staff, self.now).select_related("customer__unit"):
                assert self._may_see(entry, staff), f"{name} is offered {entry.ref}"

    # How the plain model answers

    def _try(self, verb: Any, *args: Any, **values: Any) -> Any:
        """The verb's answer; None where a rule refuses. What is refused writes nothing at all."""
        before = AuditRecord.objects.count()
        try:
            with transaction.atomic():
                return verb(*args, **values, at=self.now)
        except Refused:
            assert AuditRecord.objects.count() == before
            return None

    def _was_offered(self, entry: ListEntry, who: str) -> None:
        assert entry.claimed_by_id == self.staff(who).pk
        assert entry.arm == "treated"
        assert self._may_see(ListEntry.objects.everyone().get(pk=entry.pk), self.staff(who))

    def _may_see(self, entry: ListEntry, staff: Staff) -> bool:
        absent = Absence.objects.everyone().filter(
            cancelled_at=None, first_day__lte=self._day(), last_day__gte=self._day()
        )
        if absent.filter(staff=staff).exists():
            return False
        mine = entry.manager_id in (None, staff.pk)
        lent = absent.filter(staff=entry.manager_id, cover=staff).exists()
        promised = entry.shared and entry.state == "callback" and entry.customer.unit_id == staff.home.pk
        return mine or lent or promised

    def _number_was_shown(self, entry: ListEntry, who: str) -> bool:
        """By the audit log: to him, after the customer was claimed."""
        shown = AuditRecord.objects.filter(
            verb="customer.revealed", about_ref=entry.customer.ref, by=self.staff(who).staff_no
        )
        claimed = AuditRecord.objects.filter(verb="entry.claimed", about_ref=entry.ref).order_by("pk").last()
        return claimed is not None and shown.filter(pk__gt=claimed.pk).exists()

    def _number_was_due(self, entry: ListEntry) -> None:
        """No number outside the hours, to nobody who has refused, complains, was tried too often or too lately."""
        local = self.now.astimezone(SHANGHAI)
        entry = ListEntry.objects.everyone().select_related("campaign").get(pk=entry.pk)
        assert is_working_day(local.date())
        assert any(start <= local.time() < end for start, end in HOURS)
        assert entry.customer_id not in self.opted_out
        assert not Complaint.objects.everyone().filter(customer=entry.customer_id, settled_at=None).exists()
        assert entry.campaign.state == "launched"
        assert entry.campaign.starts_on <= local.date() <= entry.campaign.ends_on
        assert len(self.calls[entry.pk]) < 3
        if entry.state == "callback" and entry.due_at <= self.now:
            return
        tried = [at for at, _code in self.calls[entry.pk]]
        assert all(abs(self.now - at) >= timedelta(hours=4) or at > self.now for at in tried[-1:])
        others = ListEntry.objects.everyone().filter(customer=entry.customer_id).values_list("pk", flat=True)
        reached = [at for key in others for at, code in self.calls[key] if code in REACHED]
        assert not any(timedelta(0) <= self.now - at < timedelta(days=7) for at in reached)

    def staff(self, who: str) -> Staff:
        return getattr(self.cast, who)

    def held(self, who: str) -> ListEntry | None:
        return queue.first_held(self.staff(who), self.now)

    def entry(self, which: int) -> ListEntry:
        rows = ListEntry.objects.everyone().order_by("pk").select_related("campaign__script", "customer__unit")
        return rows[which % rows.count()]

    def _call(self, which: int) -> Call | None:
        rows = Call.objects.everyone().order_by("pk").select_related("entry", "by")
        return rows[which % rows.count()] if rows.exists() else None

    def _day(self) -> Any:
        return self.now.astimezone(SHANGHAI).date()


def run(cast: Cast, *, examples: int, steps: int, phases: tuple[Phase, ...] = tuple(Phase)) -> None:
    Calling.cast = cast
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run_state_machine_as_test(
        Calling,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=checks,
            derandomize=True,
        ),
    )


def test_whatever_happens_the_invariants_hold(cast):
    run(cast, examples=40, steps=30)


def _deaf(facts: Any) -> Any:
    """The rule as it would be, had somebody left out the refusal."""
    return eligibility(replace(facts, do_not_call=False))


SEEDED = {
    "two at once": (leases, "_end_lapsed", lambda *_args, **_values: None),
    "a refusal is not heard": (consent_rules, "eligibility", _deaf),
    "a lapsed lease still records": (
        queue,
        "held",
        lambda staff, now: ListEntry.objects.everyone().filter(claimed_by=staff),
    ),
    "what sticks comes off": (calls_rules, "STICKING", frozenset()),
    "taking back leaves the attempt": (
        calls_rules,
        "stood",
        lambda kept: {**stood(kept), "attempts": kept["attempts"] + 1},
    ),
}


@pytest.mark.long
@pytest.mark.parametrize("bug", SEEDED)
def test_a_seeded_bug_is_found(cast, monkeypatch, bug):
    monkeypatch.setattr(*SEEDED[bug])
    with pytest.raises((AssertionError, ExceptionGroup)):
        run(cast, examples=300, steps=40, phases=(Phase.generate,))


@pytest.mark.long
def test_whatever_happens_the_invariants_hold_in_a_long_campaign(cast):
    run(cast, examples=5_000, steps=60)
