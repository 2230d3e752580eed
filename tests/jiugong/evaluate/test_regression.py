"""Against statsmodels, and against the textbook formulas with full matrices."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import linalg

from jiugong.errors import MisuseError
from jiugong.evaluate.regression import adjusted_difference


def sample(seed: int, n: int = 160) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    rng = np.random.default_rng(seed)
    treated = rng.random(n) < 0.7
    stratum = rng.integers(0, 3, n)
    before = rng.lognormal(9, 1, n)
    outcome = 0.4 * before + 2000 * treated * (stratum + 1) + rng.normal(0, 3000, n) * (1 + treated)
    return outcome, treated, {"before": before, "a": (stratum == 1) * 1.0, "b": (stratum == 2) * 1.0}


def lin_design(treated: np.ndarray, covariates: dict[str, np.ndarray]) -> np.ndarray:
    table = np.column_stack(list(covariates.values()))
    centred = table - table.mean(axis=0)
    t = treated.astype(float)[:, None]
    return np.hstack([np.ones_like(t), t, centred, centred * t])


def plain_cr2(design: np.ndarray, outcome: np.ndarray, clusters: np.ndarray) -> tuple[float, float, float]:
    """Pustejovsky and Tipton (2018), equations 4 to 12, with every matrix written out."""
    bread = np.linalg.inv(design.T @ design)
    hat = design @ bread @ design.T
    rest = np.eye(len(outcome)) - hat
    error = rest @ outcome
    along = (design @ bread)[:, 1]
    scores, rows = [], []
    for cluster in np.unique(clusters):
        at = np.flatnonzero(clusters == cluster)
        weights = linalg.fractional_matrix_power(rest[np.ix_(at, at)], -0.5).real @ along[at]
        scores.append(weights @ error[at])
        rows.append(weights @ rest[at])
    p = np.array(rows) @ np.array(rows).T
    return float(along @ outcome), float(np.sqrt(np.sum(np.square(scores)))), float(np.trace(p) ** 2 / np.trace(p @ p))


@pytest.mark.parametrize("seed", range(5))
def test_estimate_and_hc2_are_those_of_statsmodels(seed: int) -> None:
    outcome, treated, covariates = sample(seed)
    found = adjusted_difference(outcome, treated, covariates)
    fitted = sm.OLS(outcome, lin_design(treated, covariates)).fit(cov_type="HC2")
    assert found.estimate == pytest.approx(fitted.params[1], rel=1e-9)
    assert found.se == pytest.approx(fitted.bse[1], rel=1e-9)
    assert found.covariates == ("before", "a", "b")


def test_without_covariates_it_is_welchs_t_test() -> None:
    """HC2 is then the unpooled variance, and Bell-McCaffrey degrees of freedom stand between min(n) - 1 and n - 2."""
    outcome, treated, _ = sample(3)
    found = adjusted_difference(outcome, treated, {})
    one, two = outcome[treated], outcome[~treated]
    assert found.estimate == pytest.approx(one.mean() - two.mean())
    assert found.se == pytest.approx(np.sqrt(one.var(ddof=1) / len(one) + two.var(ddof=1) / len(two)))
    assert min(len(one), len(two)) - 1 < found.df < len(outcome) - 2


@pytest.mark.parametrize("count", [9, 40])
def test_cluster_errors_are_those_of_the_plain_formula(count: int) -> None:
    outcome, treated, covariates = sample(7)
    clusters = np.random.default_rng(1).integers(0, count, len(outcome))
    found = adjusted_difference(outcome, treated, covariates, clusters)
    estimate, se, df = plain_cr2(lin_design(treated, covariates), outcome, clusters)
    assert (found.estimate, found.se, found.df) == pytest.approx((estimate, se, df), rel=1e-6)


def test_clusters_of_one_are_hc2() -> None:
    outcome, treated, covariates = sample(8)
    alone = adjusted_difference(outcome, treated, covariates)
    found = adjusted_difference(outcome, treated, covariates, np.arange(len(outcome)))
    assert (found.se, found.df) == pytest.approx((alone.se, alone.df))


def test_cluster_treatment_has_no_more_freedom_than_clusters() -> None:
    rng = np.random.default_rng(2)
    clusters = np.repeat(np.arange(12), 30)
    treated = clusters < 6
    outcome = rng.normal(size=12)[clusters] + rng.normal(size=360)
    found = adjusted_difference(outcome, treated, {}, clusters)
    assert found.df == pytest.approx(10, abs=0.01)
    assert found.se > 3 * adjusted_difference(outcome, treated, {}).se


def test_covariates_that_say_nothing_are_left_out() -> None:
    outcome, treated, covariates = sample(4)
    more = covariates | {
        "constant": np.ones(len(outcome)),
        "again": covariates["before"] * 2 - covariates["a"],
        "one customer": (np.arange(len(outcome)) == 5) * 1.0,
        "nothing": np.zeros(len(outcome)),
    }
    assert adjusted_difference(outcome, treated, more) == adjusted_difference(outcome, treated, covariates)


def test_a_covariate_unusable_in_one_group_is_left_out_of_both() -> None:
    outcome, treated, covariates = sample(4)
    only_treated = covariates | {"treated's own": np.where(treated, np.arange(len(outcome)), 0.0)}
    assert adjusted_difference(outcome, treated, only_treated) == adjusted_difference(outcome, treated, covariates)


def test_the_unit_of_a_covariate_does_not_matter() -> None:
    outcome, treated, covariates = sample(4)
    in_fen = covariates | {"before": covariates["before"] * 1e8}
    assert adjusted_difference(outcome, treated, in_fen).estimate == pytest.approx(
        adjusted_difference(outcome, treated, covariates).estimate
    )


@pytest.mark.parametrize(
    ("outcome", "treated", "clusters", "message"),
    [
        (
            [1.0, 2, 3],
            [True, True, False],
            None,
            "with 1 held-out customers; a spread needs at least two in each group",
        ),
        ([1.0, 2, 3], [False] * 3, None, "with 0 treated customers"),
        ([5.0, 5, 5, 5], [True, True, False, False], None, "the outcome does not vary within the groups"),
        ([1.0, 1, 0, 0], [True, True, False, False], None, "the outcome does not vary within the groups"),
        ([1.0, 2, 3, 4], [True, True, False, False], [1, 1, 2, 3], "the treated customers form 1 of them"),
    ],
)
def test_what_cannot_be_estimated_is_refused(outcome, treated, clusters, message) -> None:
    with pytest.raises(MisuseError, match=message):
        adjusted_difference(np.array(outcome), np.array(treated), {}, None if clusters is None else np.array(clusters))
