"""The lot: reproducible, fair, and as many as the policy says."""

from __future__ import annotations

import math
from collections import Counter
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from jiugong_desk.quality.drawing import Candidate, draw
from tests.jiugong_desk.quality.plain import plain_order

CALLS = st.lists(
    st.builds(Candidate, st.integers(0, 400).map(lambda n: f"r{n}"), st.integers(1, 2), st.integers(1, 3)),
    max_size=60, unique_by=lambda call: call.ref,
)  # fmt: skip
SHARES = st.integers(0, 20).map(lambda n: Decimal(n) / 20)


def drawn(calls, share="0.1", minimum=0, before=None, days_left=1, seed="s"):
    return draw(
        calls, seed=seed, share=Decimal(share), minimum=minimum, before=before or {}, days_left=days_left
    )  # fmt: skip


@given(CALLS, SHARES, st.integers(0, 6), st.integers(1, 5), st.randoms())
def test_the_same_seed_draws_the_same_whatever_the_order(calls, share, minimum, days_left, random):
    shuffled = [*calls, *calls[:3]]
    random.shuffle(shuffled)
    kept = {"share": share, "minimum": minimum, "days_left": days_left}
    assert drawn(calls, **kept) == drawn(shuffled, **kept)


@given(CALLS, SHARES, st.integers(0, 6), st.dictionaries(st.integers(1, 3), st.integers(0, 6)), st.integers(1, 5))
def test_it_draws_what_the_policy_says(calls, share, minimum, before, days_left):
    found = set(drawn(calls, share=share, minimum=minimum, before=before, days_left=days_left))
    assert found <= {call.ref for call in calls}
    for caller in {call.caller for call in calls}:
        mine = [call for call in calls if call.caller == caller]
        got = sum(call.ref in found for call in mine)
        missing = -(-max(0, minimum - before.get(caller, 0)) // days_left)
        assert got >= min(len(mine), missing)
        by_campaign = Counter(call.campaign for call in mine)
        most = sum(math.ceil(count * share) for count in by_campaign.values())
        assert got <= max(most, missing)


@given(st.lists(st.integers(0, 30), min_size=5, max_size=5), st.integers(0, 6))
def test_a_week_brings_the_minimum_where_there_are_calls_to_the_end(sizes, minimum):
    """Whatever days have calls: on the last working day with enough of them the minimum is met."""
    had: Counter[int] = Counter()
    for number, size in enumerate(sizes):
        calls = [Candidate(f"d{number}-{place}", 1, 7) for place in range(size)]
        found = drawn(calls, share="0", minimum=minimum, before=had, days_left=5 - number)
        had[7] += len(found)
        assert had[7] <= minimum
    assert had[7] == minimum or sizes[-1] < minimum


def test_every_call_is_as_likely_as_the_next_and_the_share_is_kept():
    """Three calls a day at 10 %: 0.3 a day on average. Of 4,000 seeds each call is drawn 0.1 of the time, +- 4.5 sigma."""
    calls = [Candidate(ref, 1, 1) for ref in ("a", "b", "c")]
    times = Counter(ref for seed in range(4000) for ref in drawn(calls, seed=str(seed)))
    spread = 4.5 * (4000 * 0.1 * 0.9) ** 0.5
    assert all(abs(times[ref] - 400) < spread for ref in "abc")


def test_the_order_is_the_plain_one():
    refs = [f"r{n}" for n in range(40)]
    calls = [Candidate(ref, 1, 1) for ref in refs]
    assert set(drawn(calls, share="0.25", seed="x")) == set(plain_order(refs, "x")[:10])
