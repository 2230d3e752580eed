"""What is said about an effect: numbers, checks, sentences; what is refused."""

from __future__ import annotations

import json
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from jiugong.errors import MisuseError
from jiugong.evaluate import Subject, cut_points, effect_of_treatment, effect_on_balance


def world(seed: int = 1, n: int = 1000, gain: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """after, before, treated: four of five treated; whoever is treated gains `gain`, give or take."""
    rng = np.random.default_rng(seed)
    before = rng.lognormal(9, 1.5, n)
    treated = rng.permutation(np.arange(n) % 5 != 0)
    after = before * rng.lognormal(0, 0.2, n) + treated * gain * rng.uniform(0, 2, n)
    return after, before, treated


def test_a_gain_is_called_a_gain() -> None:
    after, before, treated = world(gain=8000)
    effect = effect_on_balance(after, before, treated, probability=0.8)
    assert effect.verdict == "gain"
    assert effect.low < 8000 < effect.high
    assert (effect.n_treated, effect.n_control) == (800, 200)
    assert effect.total == pytest.approx(800 * effect.effect)
    assert effect.sentence.startswith("与保留组相比，营销组日均存款户均多 ")
    assert "800 户合计多 " in effect.sentence
    assert "万元" in effect.sentence
    assert effect.sentence_en.startswith("Against the hold-out, treatment raised average daily balance by ")


def test_a_loss_is_called_a_loss() -> None:
    after, before, treated = world(gain=-8000)
    effect = effect_on_balance(after, before, treated)
    assert effect.verdict == "loss"
    assert "户均少 " in effect.sentence
    assert "lowered" in effect.sentence_en
    assert effect.high < 0


def test_a_null_is_never_called_no_effect() -> None:
    effect = effect_on_balance(*world())
    assert effect.verdict == "cannot_tell"
    assert effect.low < 0 < effect.high
    assert effect.sentence.startswith("尚不能判断日均存款是否因活动而变化")
    assert f"可排除户均高于 {effect.high:,.0f} 元的提升" in effect.sentence
    assert "not the same as no effect" in effect.sentence_en


def test_one_millionaire_moves_the_raw_figure_and_not_the_clipped_one() -> None:
    after, before, treated = world()
    plain = effect_on_balance(after, before, treated)
    after[np.flatnonzero(~treated)[0]] += 200_000_000
    moved = effect_on_balance(after, before, treated)
    assert abs(moved.effect - plain.effect) < 3000
    assert moved.raw.effect - plain.raw.effect < -900_000
    assert moved.raw.cuts is None


def test_cut_points_come_from_before_of_both_groups() -> None:
    after, before, treated = world(gain=9000)
    effect = effect_on_balance(after, before, treated)
    assert effect.cuts.high == -effect.cuts.low == np.quantile(before, 0.99)
    assert effect.cuts == cut_points(before)
    assert f"±{effect.cuts.high:,.0f} 元(活动前两组合并的 99% 分位)" in effect.method


def test_cut_points_of_the_plan_are_kept() -> None:
    after, before, treated = world(gain=9000)
    planned = cut_points(before[:100])
    assert effect_on_balance(after, before, treated, cuts=planned).cuts == planned


def test_where_nobody_held_anything_nothing_is_cut() -> None:
    rng = np.random.default_rng(3)
    treated = np.arange(200) % 2 == 0
    effect = effect_on_balance(rng.uniform(0, 100, 200), np.zeros(200), treated)
    assert effect.effect == effect.raw.effect
    assert effect.report()["cuts"] is None
    assert not any(check.name == "balance_before" for check in effect.checks)


def test_every_kind_of_column_gives_the_same_answer() -> None:
    after, before, treated = world(n=200)
    after, before = after.round(2), before.round(2)
    expected = effect_on_balance(after, before, treated)
    money = pa.decimal128(18, 2)
    exact = [Decimal(f"{value:.2f}") for value in after], [Decimal(f"{value:.2f}") for value in before]
    assert effect_on_balance(*exact, treated.tolist()).effect == pytest.approx(expected.effect)
    arrow = [pa.chunked_array([pa.array(column, money)]) for column in exact]
    assert effect_on_balance(*arrow, pa.array(treated.astype(int))).effect == pytest.approx(expected.effect)


def test_strata_are_labels_of_any_kind_and_thin_ones_are_merged() -> None:
    after, before, treated = world(gain=5000)
    strata = np.where(np.arange(1000) % 2 == 0, "even", "odd").astype(object)
    strata[:6] = [f"thin {number}" for number in range(6)]
    effect = effect_on_balance(after, before, treated, strata=strata)
    assert "调整 2 个抽样层" in effect.method
    codes = {label: number for number, label in enumerate(sorted(set(strata)))}
    same = effect_on_balance(after, before, treated, strata=[codes[label] for label in strata])
    assert same.effect == pytest.approx(effect.effect)


def test_a_rate_is_told_in_percentage_points() -> None:
    rng = np.random.default_rng(4)
    treated = np.arange(4000) % 2 == 0
    bought = rng.random(4000) < np.where(treated, 0.12, 0.05)
    effect = effect_of_treatment(bought, treated)
    assert effect.low < 0.07 < effect.high
    assert "个百分点" in effect.sentence
    assert "户合计多 " in effect.sentence
    assert "percentage points" in effect.sentence_en


def test_a_subject_of_ones_own_names_unit_and_outcome() -> None:
    rng = np.random.default_rng(4)
    treated = np.arange(400) % 2 == 0
    koruna = Subject("存款", "deposits", "克朗", "koruna")
    effect = effect_of_treatment(rng.normal(500, 10, 400) + 50 * treated, treated, subject=koruna)
    assert "克朗" in effect.sentence
    assert "raised deposits by" in effect.sentence_en


def test_missing_outcomes_are_left_out_and_counted() -> None:
    after, before, treated = world(gain=8000)
    after[:20] = np.nan
    effect = effect_on_balance(after, before, treated)
    checks = {check.name: check for check in effect.checks}
    assert effect.n_treated + effect.n_control == 980
    assert checks["missing_outcomes"].ok
    assert "20" in checks["missing_outcomes"].detail
    assert effect.effect == pytest.approx(
        effect_on_balance(after[20:], before[20:], treated[20:], cuts=effect.cuts).effect
    )


def failed(effect) -> set[str]:
    return {check.name for check in effect.checks if not check.ok}


def test_loss_in_one_group_alone_stops_the_conclusion() -> None:
    after, before, treated = world(gain=8000)
    after[np.flatnonzero(~treated)[:30]] = np.nan
    effect = effect_on_balance(after, before, treated)
    assert failed(effect) == {"equal_loss"}
    assert effect.verdict == "check_first"
    assert effect.sentence.startswith("数据检查未通过（两组缺失不一），请先查明原因")
    assert "no conclusion" in effect.sentence_en


def test_many_missing_stop_the_conclusion() -> None:
    after, before, treated = world(gain=8000)
    after[::10] = np.nan
    assert failed(effect_on_balance(after, before, treated)) == {"missing_outcomes"}


def test_a_split_unlike_the_draw_stops_the_conclusion() -> None:
    after, before, treated = world(gain=8000)
    assert failed(effect_on_balance(after, before, treated, probability=0.8)) == set()
    assert failed(effect_on_balance(after, before, treated, probability=0.7)) == {"sample_ratio"}
    shares = np.where(np.arange(1000) < 500, 0.9, 0.7)
    assert failed(effect_on_balance(after, before, treated, probability=shares)) == set()


def test_groups_unlike_before_stop_the_conclusion() -> None:
    after, before, _treated = world()
    chosen = before > np.median(before)  # the manager called whom he liked
    assert failed(effect_on_balance(after, before, chosen)) == {"balance_before"}


def test_a_repeated_customer_stops_the_conclusion() -> None:
    after, before, treated = world(n=100)
    ids = [f"{number}" for number in range(100)]
    assert failed(effect_on_balance(after, before, treated, ids=ids)) == set()
    ids[7] = "8"
    assert failed(effect_on_balance(after, before, treated, ids=ids)) == {"duplicates"}


def test_households_widen_the_interval() -> None:
    rng = np.random.default_rng(6)
    homes = np.repeat(np.arange(200), 2)
    treated = homes % 2 == 0
    outcome = rng.normal(size=200)[homes] + 0.1 * rng.normal(size=400)
    alone = effect_of_treatment(outcome, treated)
    together = effect_of_treatment(outcome, treated, clusters=homes)
    assert together.se == pytest.approx(alone.se * 2**0.5, rel=0.05)
    assert "CR2(200 个群)" in together.method


def test_report_is_plain_json_with_the_promised_keys() -> None:
    after, before, treated = world(gain=3000)
    report = json.loads(json.dumps(effect_on_balance(after, before, treated).report(), allow_nan=False))
    promised = {"effect", "low", "high", "p_value", "total", "total_low", "total_high", "n_treated", "n_control", "method",
                "checks", "sentence", "sentence_en", "verdict", "raw", "cuts"}  # fmt: skip
    assert promised <= set(report)
    assert {"name", "ok", "detail"} <= set(report["checks"][0])
    assert report["raw"]["effect"] != report["effect"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"before": [1.0]}, "'before' has 1 rows but 'treated' has 4; pass columns of one table"),
        ({"treated": [1, 0, 2, 0]}, "'treated' holds 1 values of 4 that are neither yes nor no"),
        ({"treated": [1, 0, None, 0]}, "'treated' holds 1 values of 4 that are neither yes nor no"),
        ({"treated": [1, 1, 1, 0]}, "with 1 held-out customers"),
        ({"after": ["1", "2", "3", "4"]}, "'after' holds string; numbers are needed"),
        ({"after": [1.0, 2.0, float("inf"), 3.0]}, "'after' holds 1 infinite values"),
        ({"after": [1, "x", 2, 3]}, "'after' holds values of several kinds"),
        ({"strata": ["a"]}, "'strata' has 1 rows but 'treated' has 4"),
        ({"probability": 1.0}, "'probability' holds values outside"),
        ({"probability": [0.5]}, "'probability' has 1 rows but 'treated' has 4"),
        ({"confidence": 95}, "confidence is 95; it is a share"),
        ({"after": [None] * 4}, "with 0 treated customers"),
    ],
)
def test_what_cannot_be_compared_is_refused(change, message) -> None:
    known = {"after": [1.0, 2.0, 4.0, 8.0], "before": [1.0, 1.0, 2.0, 3.0], "treated": [1, 0, 1, 0]} | change
    with pytest.raises(MisuseError, match=message):
        effect_on_balance(known.pop("after"), known.pop("before"), known.pop("treated"), **known)


def test_a_gap_before_costs_no_customer_where_the_level_is_the_outcome() -> None:
    after, before, treated = world(gain=5000)
    before[:3] = np.nan
    assert effect_of_treatment(after, treated, before=before).n_treated == 800
    assert effect_of_treatment(after, treated, before=np.full(1000, np.nan)).n_treated == 800
