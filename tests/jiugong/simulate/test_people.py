"""People who cannot exist: their numbers are well formed, never given out, and no two alike."""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pytest

from jiugong.simulate import people, simulate_bank


@pytest.fixture(scope="module")
def customers():
    return simulate_bank(customers=5_000, seed=9, as_of=date(2025, 12, 31)).tables["customers"].to_pylist()


def check_digit(body: str) -> str:
    """GB 11643 as the standard writes it: sum of digit times weight, modulo 11."""
    weights = [2 ** (17 - place) % 11 for place in range(17)]
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11]


def test_id_numbers_are_valid_of_region_990000_and_of_the_birthday(customers):
    for row in customers:
        number = row["id_number"]
        assert re.fullmatch(r"990000\d{11}[\dX]", number)
        assert number[6:14] == f"{row['birth_date']:%Y%m%d}"
        assert number[17] == check_digit(number[:17])
    assert len({row["id_number"] for row in customers}) == len(customers)


def test_mobile_numbers_have_prefixes_that_nobody_holds(customers):
    assert all(re.fullmatch(r"14[0-4]\d{8}", row["mobile"]) for row in customers if row["mobile"])


def test_names_are_written_without_a_space_in_everyday_characters(customers):
    names = [row["name"] for row in customers]
    assert all(2 <= len(name) <= 5 and " " not in name and name.encode("gb2312") for name in names)
    assert 0.055 < sum(name.startswith("王") for name in names) / len(names) < 0.09
    assert len(set(names)) > 0.8 * len(names)


def test_many_on_one_birthday_still_get_different_numbers():
    birth = np.full(400, date(1990, 1, 1).toordinal())
    male = np.arange(400) % 2 == 0
    numbers = people.id_numbers(birth, male)
    assert len(set(numbers.tolist())) == 400
    assert all(int(number[16]) % 2 == his for number, his in zip(numbers.tolist(), male.tolist(), strict=True))


def test_mobiles_do_not_repeat():
    assert len(set(people.mobiles(3, 50_000).tolist())) == 50_000
