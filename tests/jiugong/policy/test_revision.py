"""Other bands and values: from a text of just these tables; wrong ones are refused with their line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from jiugong.errors import PolicyError
from jiugong.policy import load_policy, revisable_text, revised_policy

WHEN = {"version": "2026-07", "effective_from": date(2026, 7, 1)}


def test_the_text_of_a_file_gives_the_same_policy_again():
    policy = load_policy()
    again = revised_policy(policy, revisable_text(), version=policy.version, effective_from=policy.effective_from)
    assert again == policy
    assert "Bands are half-open" in revisable_text()  # comments stay
    assert "[calling]" not in revisable_text()


def test_only_grid_and_value_change_and_the_label_says_so():
    policy = load_policy()
    text = revisable_text().replace("50000, 500000", "60_000, 600_000.50")
    made = revised_policy(policy, text, **WHEN)
    assert made.grid.asset_bands == (Decimal(60000), Decimal("600000.50"))
    assert (made.label, made.effective_from) == ("default@2026-07", date(2026, 7, 1))
    assert (made.calling, made.roles, made.value) == (policy.calling, policy.roles, policy.value)


@pytest.mark.parametrize(
    ("change", "says", "line"),
    [
        (lambda text: text + "\n[calling]\nelderly_age = 60\n", "calling: may not be revised", None),
        (lambda text: "version = '2'\n" + text, "version: may not be revised", 1),
        (lambda text: text.replace("50000, 500000", "500000, 50000"), "grid.asset_bands: found [500000, 50000]", 4),
        (lambda text: text.replace("asset_bands", "asset_band"), "unknown key; did you mean 'asset_bands'?", 4),
        (lambda text: text.replace("50000, 500000", "'much'"), 'found "much"', 4),
        (lambda text: text[: text.index("[value]")], "value: missing; write the table [value]", None),
        (lambda text: text.replace("[grid]", "[grid"), "is not TOML", 1),
        (lambda text: text.replace("demand = 0.018\n", ""), "value.margin: no margin of demand", None),
    ],
)
def test_a_wrong_text_is_refused_with_what_and_where(change, says, line):
    with pytest.raises(PolicyError) as refusal:
        revised_policy(load_policy(), change(revisable_text()), **WHEN, file="草案")
    assert says in str(refusal.value)
    assert refusal.value.file == "草案"
    if line:
        assert refusal.value.line == line
