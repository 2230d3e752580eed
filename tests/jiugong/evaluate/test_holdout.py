"""The lot: reproducible, in proportion, nobody certain of either group."""

from __future__ import annotations

import hashlib
from collections import Counter

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiugong.errors import MisuseError
from jiugong.evaluate import draw_clusters, draw_holdout, draw_holdout_by_engine
from jiugong.warehouse.engine import connect

lists = st.lists(st.sampled_from("abcde"), min_size=2, max_size=120).flatmap(
    lambda strata: st.tuples(st.just(strata), st.integers(1, len(strata) - 1), st.integers(0, 9))
)


def names(count: int) -> list[str]:
    return [f"{number:06d}" for number in range(count)]


@given(lists)
def test_size_is_met_and_nobody_is_certain(case) -> None:
    strata, size, seed = case
    draw = draw_holdout(names(len(strata)), strata, size=size, seed=seed)
    assert len(draw.held_out) == size
    assert all(0 < chance < 1 for chance in draw.probability.values())
    assert set(draw.probability) == set(draw.strata) == set(names(len(strata)))


@given(lists, st.randoms(use_true_random=False))
def test_order_of_the_list_does_not_matter(case, random) -> None:
    strata, size, seed = case
    pairs = list(zip(names(len(strata)), strata, strict=True))
    plain = draw_holdout(*map(list, zip(*pairs, strict=True)), size=size, seed=seed)
    random.shuffle(pairs)
    assert draw_holdout(*map(list, zip(*pairs, strict=True)), size=size, seed=seed) == plain


@given(lists)
def test_proportion_within_one_customer_in_each_stratum_drawn(case) -> None:
    strata, size, seed = case
    draw = draw_holdout(names(len(strata)), strata, size=size, seed=seed)
    sizes = Counter(draw.strata.values())
    held = Counter(draw.strata[customer] for customer in draw.held_out)
    for name, count in sizes.items():
        assert abs(held[name] - size * count / len(strata)) < 1
        chance = draw.probability[next(customer for customer, where in draw.strata.items() if where == name)]
        assert chance == pytest.approx(1 - held[name] / count)


def test_known_draw_stays_the_same_on_every_machine() -> None:
    draw = draw_holdout(names(10), ["x"] * 10, size=3, seed=42)
    tickets = sorted(names(10), key=lambda name: hashlib.sha256(f"42\0{name}".encode()).digest())
    assert draw.held_out == frozenset(tickets[:3])
    assert draw.digest == hashlib.sha256("\n".join(sorted(tickets[:3])).encode()).hexdigest()


def test_another_seed_draws_another_list() -> None:
    draws = {draw_holdout(names(100), size=20, seed=seed).held_out for seed in range(20)}
    assert len(draws) == 20


def test_every_customer_is_held_out_as_often_as_promised() -> None:
    strata = ["rich"] * 10 + ["rest"] * 40
    count = Counter()
    for seed in range(2000):
        count.update(draw_holdout(names(50), strata, size=10, seed=seed).held_out)
    # 0.2 each; the standard error of a share over 2,000 draws is 0.009, and 50 shares stay within 4.5 of them.
    assert all(abs(count[name] / 2000 - 0.2) < 0.041 for name in names(50))


def test_small_strata_are_drawn_together() -> None:
    strata = ["big"] * 95 + ["s1", "s2", "s3", "s4", "s5"]
    draw = draw_holdout(names(100), strata, size=20, seed=1)
    assert {draw.strata[name] for name in names(100)[95:]} == {"*"}
    assert draw.strata["000000"] == "big"
    assert Counter(draw.strata[name] for name in draw.held_out) == {"big": 19, "*": 1}


def test_treated_is_only_who_stands_on_the_list() -> None:
    draw = draw_holdout(names(4), size=1, seed=1)
    assert sum(draw.treated(name) for name in names(4)) == 3
    assert not draw.treated("stranger")


@pytest.mark.parametrize(
    ("ids", "strata", "size", "message"),
    [
        (["a", "b"], ["x"], 1, "draw_holdout got 2 customers but 1 strata; give one stratum for each customer"),
        (["a", "a", "b"], None, 1, "got 1 customers more than once among 3; a list names each customer once"),
        (["a", "b"], None, 0, "asked to hold out 0 of 2 customers; both groups need at least one"),
        (["a", "b"], None, 2, "asked to hold out 2 of 2 customers"),
        ([], None, 1, "asked to hold out 1 of 0 customers"),
    ],
)
def test_wrong_lists_are_refused(ids, strata, size, message) -> None:
    with pytest.raises(MisuseError, match=message):
        draw_holdout(ids, strata, size=size, seed=1)


def by_engine(ids: list[str], strata: list[str], **how):
    table = connect().create_table("listed", pa.table({"customer_id": ids, "stratum": strata}))
    rows = draw_holdout_by_engine(table, stratum="stratum", **how).to_pyarrow().to_pylist()
    return {row["customer_id"]: row for row in rows}


@settings(max_examples=25, deadline=None)
@given(lists)
def test_an_engine_draws_the_same_list(case) -> None:
    strata, size, seed = case
    plain = draw_holdout(names(len(strata)), strata, size=size, seed=seed)
    found = by_engine(names(len(strata)), strata, size=size, seed=seed)
    assert {no for no, row in found.items() if row["held_out"]} == plain.held_out
    assert {no: row["stratum"] for no, row in found.items()} == plain.strata
    assert {no: row["probability"] for no, row in found.items()} == pytest.approx(plain.probability)


def test_an_engine_draws_texts_of_every_kind_and_refuses_an_empty_group() -> None:
    ids = ["客户甲", "a'b", "0012", " x", "é", "C1\n2"]
    plain = draw_holdout(ids, size=3, seed="种子'1")
    table = connect().create_table("listed", pa.table({"no": ids}))
    rows = draw_holdout_by_engine(table, size=3, seed="种子'1", customer_id="no").to_pyarrow().to_pylist()
    assert {row["customer_id"] for row in rows if row["held_out"]} == plain.held_out
    for size in (0, 6):
        with pytest.raises(MisuseError, match="both groups need at least one"):
            draw_holdout_by_engine(table, size=size, seed=1, customer_id="no")


@given(lists, st.integers(2, 7))
def test_clusters_are_drawn_whole_and_with_the_probability_they_had(case, companions) -> None:
    strata, size, seed = case
    ids = names(len(strata))
    clusters = [f"h{number // companions}" for number in range(len(ids))]
    if len(set(clusters)) < 2:
        with pytest.raises(MisuseError, match="of 1 cluster"):
            draw_clusters(ids, clusters, strata, size=size, seed=seed)
        return
    draw = draw_clusters(ids, clusters, strata, size=size, seed=seed)
    held = {cluster for customer, cluster in zip(ids, clusters, strict=True) if customer in draw.held_out}
    for customer, cluster in zip(ids, clusters, strict=True):
        assert (customer in draw.held_out) == (cluster in held)
        assert 0 < draw.probability[customer] < 1
    assert 1 <= len(held) < len(set(clusters))
    assert len(held) == min(max(round(size * len(set(clusters)) / len(ids)), 1), len(set(clusters)) - 1)


@given(lists)
def test_clusters_of_one_are_the_plain_draw(case) -> None:
    strata, size, seed = case
    ids = names(len(strata))
    assert draw_clusters(ids, ids, strata, size=size, seed=seed) == draw_holdout(ids, strata, size=size, seed=seed)


def test_clusters_of_other_length_are_refused() -> None:
    with pytest.raises(MisuseError, match="2 customers but 1 clusters"):
        draw_clusters(["a", "b"], ["x"], size=1, seed=1)
