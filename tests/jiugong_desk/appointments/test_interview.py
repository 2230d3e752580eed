"""The words for what stood against a product, what became of earlier records, and that a sum is no product of its lines."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from jiugong_desk.appointments import rules
from jiugong_desk.appointments.labels import WHY_NOT
from jiugong_desk.appointments.models import Discussed
from jiugong_desk.appointments.rules import Talk
from jiugong_desk.evaluation.rows import Span, rows_of, total, treated
from jiugong_desk.products import rules as products
from tests.support import worked
from tests.support.cast import make_campaign, make_customer, make_entry
from tests.support.products import make_product


def test_every_reason_of_the_products_room_has_its_words():
    source = Path(products.__file__).read_text(encoding="utf-8")
    at_visits = source[source.index("def _sold") : source.index("def _by_phone")]
    assert set(re.findall(r'Reason\("(\w+)"', at_visits)) == set(WHY_NOT)


@pytest.mark.django_db
class TestCounting:
    @pytest.fixture
    def entry(self, cast):
        return make_entry(make_campaign(cast), make_customer(cast.north, cast.wang), cast.wang)

    def test_several_products_of_a_visit_count_as_one_visit(self, cast, entry):
        visit = worked.visit(entry, worked.at(7), "finished", product="time", amount=50_000)
        Discussed.objects.create(visit=visit, category="wealth", outcome="agreed", amount=Decimal(20_000))
        worked.visit(entry, worked.at(8), "finished")
        worked.visit(entry, worked.at(9), "missed")
        rows = rows_of(treated(entry.campaign), Span(worked.at(1).date(), worked.at(20).date()))
        counts = total(rows)
        assert (counts["due"], counts["visited"], counts["converted"]) == (3, 2, 1)
        assert rows[0].agreed == Decimal(70_000)

    def test_the_database_keeps_a_line_honest(self, entry):
        visit = worked.visit(entry, worked.at(7), "finished")
        product = make_product()
        Discussed.objects.create(visit=visit, category="time", product=product, outcome="interested")
        for wrong in (
            {"category": "time", "outcome": "declined", "amount": Decimal(5)},
            {"category": "time", "product": product, "outcome": "declined"},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                Discussed.objects.create(visit=visit, **wrong)


LINES = st.builds(
    Talk, st.sampled_from(["", "time", "card", "P1"]), st.just("x"), st.sampled_from(["time", "card"]),
    st.sampled_from(["", "agreed", "declined", "interested"]), st.sampled_from([None, Decimal(0), Decimal(5)]),
)  # fmt: skip


@given(st.lists(LINES, max_size=4))
def test_a_record_is_taken_exactly_where_every_line_is_whole(talks):
    def whole(talk: Talk) -> bool:
        if not talk.key or not talk.outcome:
            return False
        if talk.outcome == "agreed":
            return talk.category == "card" or talk.amount == 5
        return not talk.amount

    keys = [talk.key for talk in talks]
    wanted = all(map(whole, talks)) and len(set(keys)) == len(keys)
    assert rules.may_finish("需求", "无", talks).allowed == wanted
