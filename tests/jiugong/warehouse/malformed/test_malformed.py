"""300 malformed files: each is refused in words that name it, or its faulty rows are set aside, or nothing was wrong.

Never a crash, a hang, a traceback; and no identifier, date or amount that was loaded is another than the one in the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from jiugong.errors import InputError
from jiugong.warehouse import UPLOAD, Sheet, extract, join_extracts, read_sheet, reader
from jiugong.warehouse.extracts import Joined
from jiugong.warehouse.refusals import SENTENCES

from . import plain
from .bombs import BOMBS, Bomb
from .mutations import mutation
from .seeds import HEADERS, SEEDS
from .zygote import Zygote

DAY = date(2026, 6, 30)
MUTATIONS = 300 - len(BOMBS)


@dataclass(frozen=True)
class Outcome:
    """`refused`: by this error; else what was read, and what came of it."""

    refused: InputError | None = None
    sheet: Sheet | None = None
    joined: Joined | None = None

    @property
    def kind(self) -> str:
        if self.refused:
            return "refused"
        assert self.joined
        return "rows set aside" if self.joined.rejections else "clean"

    @property
    def codes(self) -> set[str]:
        if self.refused:
            return {self.refused.code}
        assert self.joined
        return {f"rows:{rejection.code}" for rejection in self.joined.rejections} or {"clean"}


@pytest.fixture(scope="module")
def examine(tmp_path_factory: pytest.TempPathFactory) -> Iterator:
    """`examine(name, content)` reads and checks a file as an upload of customers."""
    zygote, folder, patch = Zygote(), tmp_path_factory.mktemp("malformed"), pytest.MonkeyPatch()
    patch.setattr(reader, "_run", zygote.run)

    def run(name: str, content: bytes) -> Outcome:
        path = folder / name
        path.write_bytes(content)
        try:
            sheet = read_sheet(path, limits=UPLOAD)
            return Outcome(None, sheet, join_extracts([extract(sheet, "customers", file=name, as_of=DAY)]))
        except InputError as error:
            return Outcome(error)
        finally:
            path.unlink()

    yield run
    patch.undo()
    zygote.close()
    assert list(folder.iterdir()) == []


def check(name: str, content: bytes, found: Outcome) -> None:
    """What holds for every malformed file, whatever is wrong with it."""
    if found.refused:
        error = found.refused
        assert error.file == name
        assert error.code in SENTENCES
        assert len(str(error)) < 1_500
        assert error.chinese.startswith(f"《{name}》")
        return
    assert found.joined
    assert found.sheet
    (report,) = found.joined.files
    assert report.read == report.loaded + report.quarantined == found.sheet.table.num_rows + len(found.sheet.misshapen)
    for rejection in found.joined.rejections:
        assert (rejection.file, rejection.sheet) == (name, found.sheet.origin.sheet)
        assert rejection.row > found.sheet.origin.header_row
        assert rejection.header in found.sheet.headers or rejection.code in {
            "fields",
            "repeated",
            "conflicting",
            "two_outlets",
        }
    if not name.endswith(".parquet"):
        nothing_changed(content, found.sheet, found.joined)


def nothing_changed(content: bytes, sheet: Sheet, joined: Joined) -> None:
    """Each loaded identifier, date and amount is the one that stands in its row of the file."""
    rows = (plain.csv_rows if sheet.origin.kind == "csv" else plain.workbook_rows)(content, sheet.origin)
    header = [cell.strip() for cell in rows[sheet.origin.header_row]]
    part = joined.extracts[0].parts["customers"]
    for number, loaded in zip(part.rows.to_pylist(), part.table.to_pylist(), strict=True):
        cells = dict(
            zip(
                reversed(header),
                reversed([*rows[number], *[""] * (len(header) - len(rows[number]))][: len(header)]),
                strict=True,
            )
        )
        where = f"row {number}: {cells}"
        assert loaded["customer_id"] == plain.identifier(cells["客户号"]), where
        for name, column, read in (
            ("id_number", "身份证号", plain.id_number), ("opened_on", "开户日期", plain.day), ("mobile", "手机号", plain.identifier),
        ):  # fmt: skip
            if column in cells and loaded[name] is not None:
                assert loaded[name] == read(cells[column]), where
        if "年收入（万元）" in cells and loaded["annual_income"] is not None:
            assert loaded["annual_income"] == plain.money(cells["年收入（万元）"], 10_000), where


@pytest.mark.parametrize("bomb", BOMBS, ids=lambda bomb: bomb.name)
def test_hand_made(bomb: Bomb, examine) -> None:
    found = examine(bomb.name, bomb.content)
    assert found.codes & set(bomb.codes), f"{found.codes}: {found.refused}"
    check(bomb.name, bomb.content, found)


def test_seeds_are_valid(examine) -> None:
    for name, content in SEEDS.items():
        found = examine(name, content)
        assert (found.kind, found.joined and found.joined.files[0].loaded) == ("clean", 12), name
        check(name, content, found)


def mutations(examine, numbers: range) -> Counter[str]:
    kinds: Counter[str] = Counter()
    unreadable = []
    for number in numbers:
        name, content = mutation(number)
        found = examine(name, content)
        try:
            check(name, content, found)
        except Exception as error:
            raise AssertionError(f"mutation {number} ({name}): {error!r}") from error
        kinds[found.kind] += 1
        if found.codes == {"unreadable"}:
            unreadable.append(number)
    assert len(unreadable) <= len(numbers) // 100, f"nobody can say what is wrong with {unreadable}"
    return kinds


def test_mutated(examine) -> None:
    kinds = mutations(examine, range(MUTATIONS))
    assert sum(kinds.values()) + len(BOMBS) == 300
    # A generator that spoils nothing, or everything, would prove nothing.
    assert min(kinds[kind] for kind in ("refused", "rows set aside", "clean")) > MUTATIONS // 20, kinds


@pytest.mark.long
def test_ten_thousand_mutated(examine) -> None:
    kinds = mutations(examine, range(1_000, 11_000))
    assert min(kinds[kind] for kind in ("refused", "rows set aside", "clean")) > 500, kinds


def test_headers_of_the_seeds_are_those_of_the_check() -> None:
    assert {"客户号", "身份证号", "手机号", "开户日期", "年收入（万元）"} <= set(HEADERS)


def test_the_folder_holds_no_binary_files() -> None:
    assert {path.suffix for path in Path(__file__).parent.iterdir() if path.is_file()} == {".py"}


@pytest.mark.parametrize(
    ("column", "value"),
    [("customer_id", "000099"), ("id_number", "1"), ("mobile", "14000000099"), ("opened_on", date(2026, 1, 1)), ("annual_income", Decimal("1.00"))],
)  # fmt: skip
def test_the_check_sees_a_changed_cell(column: str, value: object, examine) -> None:
    """Otherwise nothing would follow from its silence."""
    for name in ("utf8.csv", "plain.xlsx", "titled.xlsx"):
        found = examine(name, SEEDS[name])
        part = found.joined.extracts[0].parts["customers"]
        place = part.table.column_names.index(column)
        changed = pa.array([value, *part.table[column].to_pylist()[1:]], part.table.schema.field(column).type)
        part = replace(part, table=part.table.set_column(place, column, changed))
        joined = replace(found.joined, extracts=(replace(found.joined.extracts[0], parts={"customers": part}),))
        with pytest.raises(AssertionError):
            nothing_changed(SEEDS[name], found.sheet, joined)
