"""Who moved: the flows of random histories equal a slow recount; each flow lists its customers, each with a reason."""

from __future__ import annotations

import io
from collections import Counter
from datetime import date

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.customers.models import Customer
from jiugong_desk.grid import flows
from jiugong_desk.grid.forms import MigrationChoice
from tests.jiugong_desk.grid.standing import DECEMBER, FEBRUARY, JANUARY, at, load

DAYS = (DECEMBER, JANUARY, FEBRUARY)
PLACES = st.none() | st.tuples(
    st.sampled_from([(1, 1), (2, 1), (2, 2), (3, 3), (1, 0), (None, None)]), st.sampled_from(["wang", "sun", "li"])
)
HISTORIES = st.lists(st.lists(PLACES, min_size=5, max_size=5), min_size=3, max_size=3)


def values(cast, place):
    (asset, income), manager = place
    unit = cast.south if manager == "li" else cast.north
    return at(asset, income) | {"unit": unit, "manager": getattr(cast, manager)}


def node(place, sees):
    if place is None:
        return flows.ABSENT
    (asset, income), manager = place
    if manager not in sees:
        return flows.ELSEWHERE
    return flows.OUTSIDE if asset is None else 3 * (income - 1) + asset if income else flows.UNSCORED


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=HISTORIES)
def test_flows_equal_a_slow_recount(cast, history):
    with transaction.atomic():
        for day, places in zip(DAYS, history, strict=True):
            load(day, {f"F{n}": values(cast, place) for n, place in enumerate(places) if place is not None})
        for first, last in ((0, 1), (1, 2), (0, 2)):
            choice = MigrationChoice(DAYS[first].replace(day=1), DAYS[last].replace(day=1))
            for who, sees in (("management", {"wang", "sun", "li"}), ("zhao", {"wang", "sun"}), ("wang", {"wang"})):
                pairs = Counter(
                    (node(a, sees), node(b, sees)) for a, b in zip(history[first], history[last], strict=True)
                )
                aside = {flows.ABSENT, flows.ELSEWHERE}
                expected = {pair: n for pair, n in pairs.items() if not set(pair) <= aside}
                found = flows.migration(getattr(cast, who), choice)
                assert {(f.before, f.after): f.customers for f in found.flows} == expected
                moved = {pair: n for pair, n in expected.items() if pair[0] != pair[1]}
                assert sum(n for _, n in found.reasons) == sum(moved.values())
                for (before, after), number in moved.items():
                    assert len(flows.behind(getattr(cast, who), choice, before, after)) == number
        transaction.set_rollback(True)


@pytest.fixture
def moved(cast):
    """A1 rises from L5 to L6, A2 enters, A3 leaves, A4 goes from North to South; A5 stays."""
    north = {"unit": cast.north, "manager": cast.wang}
    load(DECEMBER, {n: north | at(2, 2) for n in ("A1", "A3", "A4", "A5")})
    load(
        JANUARY,
        {
            "A1": at(3, 2, "600000.00"), "A2": north | at(1, 1, "5.00"),
            "A4": {"unit": cast.south, "manager": cast.li}, "A5": {},
        },
    )  # fmt: skip


def page(client, name="migration", **query):
    return client.get(reverse(name), query)


def test_who_sees_no_customers_gets_no_page_of_it(cast, moved, login):
    for nobody in (cast.qian, cast.admin):
        for name, more in (("migration", []), ("migration_who", []), ("migration_image", ["svg"])):
            answer = login(nobody).get(reverse(name, args=more), {"before": "5", "after": "6"})
            assert answer.status_code == 403


def test_the_page_shows_matrix_reasons_and_ways_to_the_customers(cast, moved, login):
    answer = page(login(cast.zhao))
    assert {(f.before, f.after): f.customers for f in answer.context["migration"].flows} == {
        (5, 5): 1, (5, 6): 1, (-2, 1): 1, (5, -2): 1, (5, -3): 1,
    }  # fmt: skip
    assert (answer.context["up"], answer.context["down"]) == (1, 0)
    assert {name: n for name, n, _ in answer.context["reasons"]} == {
        "资产变动": 1, "新客户": 1, "不在本期数据中": 1, "归属变动（级别未变）": 1,
    }  # fmt: skip
    (line,) = [line for line in answer.context["matrix"].lines if line.name == "L5"]
    assert (line.total, [s.share for s in line.squares if s]) == (4, [0.25] * 4)
    for square in line.squares:
        if square and square.query:
            listed = login(cast.zhao).get(f"{reverse('migration_who')}?{square.query}").context
            assert listed["page"].paginator.count + listed["hidden"] == square.customers


def test_a_flow_lists_who_and_why_to_those_who_may_see_them(cast, moved, login):
    rose = page(login(cast.zhao), "migration_who", before="5", after="6")
    assert [move.customer.customer_no for move in rose.context["moves"]] == ["A1"]
    assert "资产变动" in rose.text
    assert "8.0万元" in rose.text
    left = page(login(cast.zhao), "migration_who", before="5", after="-3")
    assert (left.context["page"].paginator.count, left.context["hidden"]) == (0, 1)
    assert "另有 1 户" in left.text
    came = page(login(cast.li), "migration_who", before="-3", after="5")
    assert [move.customer.customer_no for move in came.context["moves"]] == ["A4"]


def test_a_month_whose_end_has_not_come_is_named_with_its_date(cast, login):
    person = at(2, 2, unit=cast.north, manager=cast.wang)
    load(DECEMBER, {"A1": person})
    load(date(2026, 1, 8), {"A1": person | at(3, 2, "600000.00")})
    client = login(cast.zhao)
    shown = page(client)
    assert list(shown.context["form"].fields["last"].choices) == [("2026-01", "2026-01（截至 01-08）")]
    assert "2025-12 → 2026-01（截至 01-08）" in shown.text
    who = page(client, "migration_who", before="5", after="6").text
    assert "2025-12 月末 至 2026-01-08" in who
    assert "2026-01（截至 01-08）" in who
    assert "2026-01 月末" not in who


@pytest.mark.parametrize("query", [{}, {"before": "x", "after": "1"}, {"before": "-9", "after": "1"}])
def test_a_flow_that_is_none_leads_to_the_diagram(cast, moved, login, query):
    answer = page(login(cast.zhao), "migration_who", **query)
    assert (answer.status_code, answer.url.split("?")[0]) == (302, reverse("migration"))


def test_the_movers_are_taken_out_as_they_are_shown_and_recorded(cast, moved, login):
    address, flow = reverse("migration_who_export"), {"before": "5", "after": "6"}
    for nobody in (cast.qian, cast.admin):
        assert login(nobody).post(address, flow).status_code == 403
    client = login(cast.zhao)
    assert client.get(address, flow).status_code == 405
    assert client.post(address, {"before": "x"}).status_code == 302
    assert not AuditRecord.objects.exists()
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.post(address, flow).content))
    (row,) = book.get_sheet_by_name("名单").to_python()[1:]
    customer = Customer.objects.everyone().get(customer_no="A1")
    assert row[:6] == ["A1", customer.masked_name, "L5", "L6", 80000.0, 600000.0]
    assert "资产变动" in row
    assert customer.name not in row
    record = AuditRecord.objects.get()
    assert (record.verb, record.by) == ("export.taken", "1003")
    assert "A1" not in record.facts
    gone = CalamineWorkbook.from_filelike(io.BytesIO(client.post(address, {"before": "5", "after": "-3"}).content))
    assert len(gone.get_sheet_by_name("名单").to_python()) == 1  # he has gone out of her sight
    assert 'name="before" value="5"' in page(client, "migration_who", **flow).text


def test_nonsense_between_months_falls_back_to_the_last_two(cast, moved, login):
    for query in ({"first": "2026-01", "last": "2025-12"}, {"first": "nonsense"}, {"unit": "OU02"}):
        choice = page(login(cast.zhao), **query).context["choice"]
        assert (choice.first, choice.last, choice.unit) == (date(2025, 12, 1), date(2026, 1, 1), None)


def test_one_month_is_no_migration_yet(cast, login):
    load(DECEMBER, {"A1": at(2, 2, unit=cast.north)})
    assert "两个月" in page(login(cast.zhao)).text
    assert login(cast.zhao).get(reverse("migration_image", args=["svg"])).status_code == 404


def test_the_image_is_made_for_documents(cast, moved, login):
    client = login(cast.zhao)
    svg = client.get(reverse("migration_image", args=["svg"]))
    assert svg.headers["Content-Type"] == "image/svg+xml"
    png = client.get(reverse("migration_image", args=["png"]), {"stayed": "1"})
    assert png.content[:4] == b"\x89PNG"
    assert client.get(reverse("migration_image", args=["gif"])).status_code == 404
