"""Several campaigns of one unit make a bulletin at once: every document has a number of its own, and none is missing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection

from jiugong_desk.evaluation import services
from jiugong_desk.evaluation.models import Report
from tests.support.cast import make_campaign, make_cast
from tests.support.worked import at

pytestmark = pytest.mark.django_db(transaction=True)
CAMPAIGNS = 6


def test_a_number_is_given_once():
    cast = make_cast()
    campaigns = [make_campaign(cast, title=f"活动{number}") for number in range(CAMPAIGNS)]

    def make(campaign) -> None:
        try:
            services.make_report(
                campaign, kind="bulletin", period_end=date(2026, 1, 10), by=cast.department, at=at(11, 9)
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(CAMPAIGNS) as pool:
        list(pool.map(make, campaigns))
    numbers = Report.objects.everyone().values_list("number", flat=True)
    assert sorted(numbers) == list(range(1, CAMPAIGNS + 1))
