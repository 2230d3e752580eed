"""Names, ID numbers and telephone numbers of people who cannot exist.

ID numbers lie in region 990000, which was never given out, with a valid check digit (GB 11643); mobile numbers have
the prefixes 140 to 144, which no subscriber holds. Given names are mimesis', kept to everyday characters; surnames
have about their real shares.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
from mimesis import Person
from mimesis.enums import Gender
from mimesis.locales import Locale

from .columns import Mask
from .streams import stream

Integers = npt.NDArray[np.int64]
Names = npt.NDArray[np.str_]

REGION = "990000"
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECK = np.array(list("10X98765432"))
_POOL = 600
# Shares of the population, Ministry of Public Security 2020, rounded; the rest share what is left.
_COMMON = {
    "王": 0.072, "李": 0.071, "张": 0.068, "刘": 0.054, "陈": 0.045, "杨": 0.031, "黄": 0.022, "赵": 0.020, "吴": 0.020,
    "周": 0.019, "徐": 0.015, "孙": 0.014, "马": 0.013, "朱": 0.013, "胡": 0.012, "郭": 0.012, "何": 0.011, "林": 0.011,
    "高": 0.011, "罗": 0.010,
}  # fmt: skip


def names(seed: int, male: Mask) -> Names:
    """Surname and given name without a space, as Chinese names are written."""
    person = Person(Locale.ZH, seed=seed)
    rest = sorted({name for name in (person.surname() for _ in range(4 * _POOL)) if _everyday(name)} - set(_COMMON))
    surnames = np.array([*_COMMON, *rest])
    shares = np.array([*_COMMON.values(), *([(1 - sum(_COMMON.values())) / len(rest)] * len(rest))])
    rng = stream(seed, "names")
    family = rng.choice(surnames, len(male), p=shares / shares.sum())
    his, hers = (_given(person, gender) for gender in (Gender.MALE, Gender.FEMALE))
    given = np.where(male, rng.choice(his, len(male)), rng.choice(hers, len(male)))
    return np.char.add(family, given)


def _given(person: Person, gender: Gender) -> Names:
    return np.array(sorted({name for name in (person.first_name(gender) for _ in range(_POOL)) if _everyday(name)}))


def _everyday(name: str) -> bool:
    try:
        return bool(name.encode("gb2312")) and " " not in name
    except UnicodeEncodeError:
        return False


def id_numbers(birth: Integers, male: Mask) -> Names:
    """18 digits each, no two alike: within a birthday the sequence counts up, odd for men and even for women."""
    order = np.lexsort((male, birth))
    keys = birth[order] * 2 + male[order]
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
    nth = np.empty_like(birth)
    nth[order] = np.arange(len(birth)) - np.repeat(starts, np.diff(np.r_[starts, len(birth)]))
    sequence = (nth * 2 + np.where(male, 1, 2)) % 1000
    written = np.array([date.fromordinal(day).strftime("%Y%m%d") for day in range(birth.min(), birth.max() + 1)])
    body = np.char.add(np.char.add(REGION, written[birth - birth.min()]), np.char.zfill(sequence.astype(str), 3))
    digits = body.view("U1").reshape(len(body), 17).astype(np.int64)
    return np.char.add(body, _CHECK[(digits * _WEIGHTS).sum(axis=1) % 11])


def mobiles(seed: int, count: int) -> Names:
    """11 digits each, no two alike."""
    start = int(stream(seed, "mobiles").integers(0, 500_000_000))
    numbers = (start + np.arange(count, dtype=np.int64) * 104_729_617) % 500_000_000  # coprime to the modulus
    return np.char.add("14", np.char.zfill(numbers.astype(str), 9))
