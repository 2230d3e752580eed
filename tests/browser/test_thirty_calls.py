"""A manager's calls by keyboard alone: every way in which a call can end, every refusal that he can meet, a lost line."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from jiugong_desk.appointments.models import Appointment
from jiugong_desk.calls.models import Call, Correction
from jiugong_desk.calls.outcomes import OUTCOMES
from jiugong_desk.campaigns.models import Campaign, ListEntry
from jiugong_desk.consent.models import Complaint, DoNotCall
from jiugong_desk.customers.models import ProfileAnswer
from jiugong_desk.organisation.services import seed_calendar
from jiugong_desk.scripts.content import plain
from jiugong_desk.scripts.samples import CARD_OPENER
from tests.browser.conftest import Desk
from tests.support.cast import NOW, SHANGHAI, Cast, make_campaign, make_customer, make_entry, make_script
from tests.support.exchange import heard

BENCH = re.compile(r"/calls/\w{10,}/$")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    return make_campaign(cast, participants=(cast.wang,), script=make_script(content=plain(CARD_OPENER.content)))


def listed(campaign: Campaign, cast: Cast, count: int) -> None:
    for number in range(count):
        make_entry(campaign, make_customer(cast.north, cast.wang, salutation=f"客户{number:02d}"), cast.wang)


class Keys:
    """Whoever sits before the page has no mouse."""

    def __init__(self, desk: Desk, page: Page) -> None:
        self.desk, self.page = desk, page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def to(self, name: str) -> None:
        """By Tab to the field with this name, as far as it takes."""
        for _ in range(150):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("document.activeElement.name || document.activeElement.id") == name:
                return
        raise AssertionError(f"Tab does not lead to {name}")

    def begin(self) -> None:
        self.press("n")
        self.page.wait_for_url(BENCH)
        expect(self.page.locator("#keys")).to_be_visible()

    def dial(self) -> None:
        self.press("n")
        expect(self.page.locator("[data-number]")).to_be_visible()

    def saved(self) -> None:
        """The next customer, or the day, stands there; the entry that was open is not."""
        before = self.page.url
        self.press("Control+Enter")
        self.page.wait_for_url(lambda address: address != before)
        self.page.wait_for_load_state()
        self.desk.now += MINUTE

    def ends(self, code: str) -> None:
        """Choose how the call ended, with whatever that needs, and go on to the next."""
        outcome = OUTCOMES[code]
        self.dial()
        if outcome.reached:
            self.press("m")
        self.press(outcome.key)
        expect(self.page.locator(f"[name=outcome][value={code}]")).to_be_checked()
        if outcome.asks_visit:
            expect(self.page.locator("[name=visit_at]")).to_be_focused()
            self.press("ArrowDown")
        if outcome.asks_callback:
            self.press("Space")
        self.saved()


@pytest.fixture
def keys(desk: Desk, cast: Cast) -> Keys:
    return signed_in(desk, cast)


def forgive_the_line(desk: Desk) -> None:
    """htmx complains that the line was dead, as it should."""
    desk.complaints[:] = [one for one in desk.complaints if ": htmx:" not in one]


def signed_in(desk: Desk, cast: Cast) -> Keys:
    page = desk.page()
    page.goto(f"{desk.address}/login/")
    keys = Keys(desk, page)
    keys.to("username")
    keys.type(cast.wang.staff_no)
    keys.to("password")
    keys.type("a-long-test-password")
    keys.press("Enter")
    page.wait_for_url(lambda address: "/login/" not in address)
    return keys


def test_thirty_calls_without_a_mouse(desk: Desk, cast: Cast, campaign: Campaign, keys: Keys) -> None:
    listed(campaign, cast, 26)
    keys.page.reload()
    keys.begin()
    for code in OUTCOMES:
        keys.ends(code)
    assert [call.outcome for call in Call.objects.everyone().order_by("at")] == list(OUTCOMES)
    assert Appointment.objects.everyone().count() == 1
    assert (DoNotCall.objects.count(), Complaint.objects.everyone().count()) == (1, 1)

    _a_branch_is_followed_and_answers_are_kept(keys)
    _taken_back_and_chosen_again(keys)
    _an_interest_with_a_callback(desk, keys)
    _opts_out_while_claimed(desk, keys)
    _a_promise_outside_the_hours(keys)
    _the_midday_pause(desk, cast)
    _a_callback_that_is_due_comes_first(desk, cast)
    _the_next_day_retries(desk, cast)
    made = Call.objects.everyone()
    assert made.count() == 30
    assert made.values("entry", "at").distinct().count() == made.count()


def _a_branch_is_followed_and_answers_are_kept(keys: Keys) -> None:
    keys.dial()
    keys.press("m", "j", "j")
    keys.to("answer-willing")
    keys.press("ArrowDown", "j", "j")
    shown = keys.page.locator(".bench-script .step[open] summary")
    expect(shown).to_contain_text("家庭")
    keys.to("answer-family_size")
    keys.type("3")
    keys.to("answer-children")
    keys.press("k")
    expect(shown).not_to_contain_text("家庭")
    keys.press("w")
    keys.saved()
    said = dict(ProfileAnswer.objects.values_list("question", "value"))
    assert (said["willing"], said["family_size"]) == ("愿意", "3")


def _taken_back_and_chosen_again(keys: Keys) -> None:
    keys.desk.now -= MINUTE - timedelta(seconds=4)  # he presses at once
    keys.page.reload()
    made = Call.objects.everyone().count()
    keys.press("u")
    expect(keys.page.get_by_role("alert").first).to_contain_text("已撤销")
    assert Call.objects.everyone().count() == made - 1
    expect(keys.page.locator("[name=answer-family_size]")).to_have_value("3")
    expect(keys.page.locator("[name=outcome][value=not_interested]")).to_be_checked()
    keys.press("r")
    keys.saved()
    assert Call.objects.everyone().first().outcome == "refused"


def _an_interest_with_a_callback(desk: Desk, keys: Keys) -> None:
    keys.dial()
    keys.press("m", "a")
    keys.to("callback_at")
    keys.press("Space")
    keys.saved()
    entry = Call.objects.everyone().first().entry
    assert (entry.state, entry.due_at > desk.now) == ("callback", True)


def _opts_out_while_claimed(desk: Desk, keys: Keys) -> None:
    held = ListEntry.objects.everyone().filter(claimed_by__isnull=False).get()
    DoNotCall.objects.create(customer=held.customer, since=desk.now, source="branch")
    keys.press("n")
    refusal = keys.page.locator("[data-refused~=do_not_call]")
    expect(refusal).to_contain_text("勿再致电")
    assert keys.page.locator("[data-number]").count() == 0
    keys.press("b", "ArrowDown", "Tab", "Enter")
    keys.page.wait_for_url(re.compile(r"/calls/$"))
    keys.begin()
    held.refresh_from_db()
    assert (held.state, held.claimed_by) == ("closed", None)


def _a_promise_outside_the_hours(keys: Keys) -> None:
    keys.dial()
    keys.press("c")
    keys.to("callback_other")
    keys.type("01082026")
    keys.press("Tab")
    keys.page.locator("[name=callback_other]").evaluate("field => { field.value = '2026-01-08T12:30'; }")
    keys.press("Control+Enter")
    expect(keys.page.locator("#problems [data-refused~=outside_hours]")).to_contain_text("拨打时段")
    expect(keys.page.locator("[name=outcome][value=call_back]")).to_be_checked()  # what was typed stays
    keys.press("Escape")
    keys.to("note")
    keys.press("Shift+Tab")
    keys.page.locator("[name=callback_other]").evaluate("field => { field.value = '2026-01-08T09:30'; }")
    keys.saved()


def _the_midday_pause(desk: Desk, cast: Cast) -> None:
    """The last customer of the morning: the number is no longer shown, and the result may still be saved."""
    desk.now = datetime(2026, 1, 7, 11, 59, tzinfo=SHANGHAI)
    keys = signed_in(desk, cast)
    keys.begin()
    desk.now += MINUTE
    keys.press("n")
    expect(keys.page.locator("#number [data-refused~=outside_hours]")).to_contain_text("09:00–12:00")
    keys.press("1", "1")
    expect(keys.page.locator("[name=number_unseen]")).to_be_focused()
    keys.press("Space")
    keys.saved()
    expect(keys.page.locator("[data-reason=outside_hours]")).to_be_visible()


def _a_callback_that_is_due_comes_first(desk: Desk, cast: Cast) -> None:
    promised = ListEntry.objects.everyone().filter(state="callback").order_by("due_at").first()
    desk.now = max(promised.due_at, datetime(2026, 1, 7, 14, 0, tzinfo=SHANGHAI)) + MINUTE
    keys = signed_in(desk, cast)
    keys.begin()
    assert promised.ref in keys.page.url
    expect(keys.page.locator(".why")).to_contain_text("回拨")
    keys.ends("refused")


def _the_next_day_retries(desk: Desk, cast: Cast) -> None:
    desk.now = datetime(2026, 1, 8, 15, 0, tzinfo=SHANGHAI)
    keys = signed_in(desk, cast)
    keys.begin()
    while Call.objects.everyone().count() < 30:
        retried = ListEntry.objects.everyone().get(claimed_by=cast.wang, lease_until__gte=desk.now)
        expect(keys.page.locator(".bench-who")).to_contain_text(f"第 {retried.attempts + 1}/3 次")
        keys.ends("switched_off")
    assert Call.objects.everyone().first().entry.attempts == 2


def test_whoever_was_signed_out_comes_back_to_what_he_typed(
    desk: Desk, cast: Cast, campaign: Campaign, keys: Keys
) -> None:
    listed(campaign, cast, 1)
    keys.page.reload()
    keys.begin()
    keys.dial()
    with keys.page.expect_response("**/draft/"):
        keys.press("m", "w")
    keys.to("note")
    with keys.page.expect_response("**/draft/"):
        keys.type("下月有一笔到期")
    expect(keys.page.locator("#draft")).to_contain_text("已暂存")
    bench = keys.page.url
    desk.now += timedelta(minutes=16)
    keys.press("Control+Enter")
    keys.page.wait_for_url(re.compile(r"/login/"))
    keys.to("username")
    keys.type(cast.wang.staff_no)
    keys.to("password")
    keys.type("a-long-test-password")
    keys.press("Enter")
    keys.page.wait_for_url(bench)
    expect(keys.page.locator("[name=note]")).to_have_value("下月有一笔到期")
    expect(keys.page.locator("[name=outcome][value=not_interested]")).to_be_checked()
    keys.saved()
    assert Call.objects.everyone().get().note == "下月有一笔到期"


def test_a_holiday_says_so_and_offers_nobody(desk: Desk, cast: Cast, campaign: Campaign) -> None:
    listed(campaign, cast, 1)
    seed_calendar(years=[2026], at=NOW)
    desk.now = datetime(2026, 1, 2, 10, 0, tzinfo=SHANGHAI)  # the Friday after New Year
    keys = signed_in(desk, cast)
    keys.page.goto(f"{desk.address}/calls/")
    expect(keys.page.locator("[data-reason=not_working_day]")).to_contain_text("不是工作日")
    keys.press("n")
    keys.page.wait_for_timeout(300)
    assert keys.page.url == f"{desk.address}/calls/"
    assert not ListEntry.objects.everyone().exclude(claimed_by=None).exists()


def test_a_lost_line_keeps_what_was_entered_and_sends_it_once(
    desk: Desk, cast: Cast, campaign: Campaign, keys: Keys
) -> None:
    listed(campaign, cast, 3)
    keys.page.reload()
    keys.begin()
    keys.dial()
    keys.press("1")
    keys.page.context.set_offline(True)
    keys.press("1")
    expect(keys.page.locator("#line")).to_contain_text("尚未保存")
    assert not Call.objects.everyone().exists()
    before = keys.page.url
    keys.page.context.set_offline(False)
    keys.page.wait_for_url(lambda address: address != before)
    assert Call.objects.everyone().get().outcome == "no_answer"

    sent = []

    def swallowed(route) -> None:
        """The site saves; its answer is lost on the way, the first time."""
        sent.append(route.request.url)
        if len(sent) == 1:
            route.fetch(max_redirects=0)
            route.abort()
        else:
            route.continue_()

    keys.page.wait_for_load_state()
    keys.page.route("**/outcome/", swallowed)
    before = keys.page.url
    desk.now += MINUTE
    keys.dial()
    keys.press("2", "2")
    keys.page.wait_for_url(lambda address: address != before)
    assert len(sent) == 2
    assert sorted(Call.objects.everyone().values_list("outcome", flat=True)) == ["busy", "no_answer"]
    forgive_the_line(desk)


def test_what_is_on_its_way_is_not_sent_again(desk: Desk, cast: Cast, campaign: Campaign, keys: Keys) -> None:
    """Neither by a second press nor by the line that comes back: its answer would lead somewhere else once more."""
    listed(campaign, cast, 3)
    keys.page.reload()
    keys.begin()
    keys.dial()
    on_its_way = []
    keys.page.route("**/outcome/", lambda route: on_its_way.append(route))
    before = keys.page.url
    with keys.page.expect_request("**/outcome/"):
        keys.press("1", "1")
    keys.press("Control+Enter")
    keys.page.evaluate("window.dispatchEvent(new Event('online'))")
    on_its_way[0].continue_()
    keys.page.wait_for_url(lambda address: address != before)
    keys.page.wait_for_load_state()
    assert len(on_its_way) == 1
    assert Call.objects.everyone().get().outcome == "no_answer"


def test_beside_a_telephone_that_reports_the_result_is_saved(
    desk: Desk, cast: Cast, campaign: Campaign, keys: Keys
) -> None:
    """What the exchange tells comes every three seconds, and takes nothing of the page away."""
    listed(campaign, cast, 2)
    heard(cast.wang, by=cast.admin, at=NOW)
    keys.page.reload()
    keys.begin()
    keys.press("n")
    for _ in range(2):
        with keys.page.expect_response("**/telephony/live/**"):
            pass
    expect(keys.page.locator("#live-call")).to_have_count(1)
    keys.ends("no_answer")
    assert Call.objects.everyone().get().outcome == "no_answer"


def test_a_stopped_page_sends_again_and_no_foreign_answer_passes_for_saved(
    desk: Desk, cast: Cast, campaign: Campaign, keys: Keys
) -> None:
    listed(campaign, cast, 2)
    keys.page.reload()
    keys.begin()
    keys.dial()
    answers = iter(["hangs", "proxy"])

    def swallowed(route) -> None:
        """Once no answer at all, once a page of the line's own."""
        kind = next(answers, "site")
        if kind == "proxy":
            route.fulfill(status=200, content_type="text/html", body="<p>please wait</p>")
        elif kind == "site":
            route.continue_()

    keys.page.route("**/outcome/", swallowed)
    before = keys.page.url
    with keys.page.expect_request("**/outcome/"):
        keys.press("1", "1")
    keys.page.evaluate("window.stop()")
    expect(keys.page.locator("#line")).to_contain_text("尚未保存")
    keys.page.wait_for_url(lambda address: address != before)
    assert Call.objects.everyone().get().outcome == "no_answer"
    forgive_the_line(desk)


def test_a_correction_without_a_mouse(desk: Desk, cast: Cast, campaign: Campaign, keys: Keys) -> None:
    listed(campaign, cast, 2)
    keys.page.reload()
    keys.begin()
    keys.ends("empty_number")
    call = Call.objects.everyone().get()
    keys.page.goto(f"{desk.address}/calls/made/{call.ref}/")
    keys.to("outcome")
    for _ in range(5):
        keys.press("ArrowUp")
    keys.to("reason")
    keys.type("误点了空号，实为无人接听")
    keys.press("Enter")
    expect(keys.page.get_by_role("alert").first).to_contain_text("已更正")
    call.refresh_from_db()
    assert (call.outcome, Correction.objects.count()) == ("no_answer", 1)
    assert call.at >= NOW
