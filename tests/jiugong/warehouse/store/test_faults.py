"""A full disk, two loads at once, a reader beside a writer, and what nobody names any more."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from multiprocessing.synchronize import Event
from pathlib import Path

import pyarrow.compute as pc
import pytest

from jiugong import cli
from jiugong.errors import InputError, MisuseError
from jiugong.warehouse import LaterBatches, Terms, batches, load_tables, open_snapshot, undo_batch
from jiugong.warehouse.store.files import locked
from tests.support.commands import processes

from .model import table

DAY, NEXT = date(2026, 6, 30), date(2026, 7, 1)


def people(*ids: str, **values: object):
    return {"customers": table("customers", [{"customer_id": each, **values} for each in ids])}


def held(*rows: tuple[str, str]):
    cells = [
        {"customer_id": each, "category": "demand", "month": date(2026, 5, 1), "average_daily": Decimal(amount)}
        for each, amount in rows
    ]
    return {"balances": table("balances", cells)}


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("full", ["data/.draft-customers", "2026-06-30/.draft-manifest.json"])
def test_a_full_disk_leaves_the_former_snapshot(full: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The draft is a way into /dev/full, where every write ends in ENOSPC."""
    load_tables(tmp_path / "wh", DAY, people("1"))
    before = contents(tmp_path / "wh")
    extract = tmp_path / "customers.csv"
    extract.write_text("customer_id\n2\n", encoding="utf-8")
    (tmp_path / "wh" / full).symlink_to("/dev/full")
    words = ["ingest", str(extract), "--as-of", "2026-06-30", "--warehouse", str(tmp_path / "wh")]
    assert cli.run(words) == 1
    assert "No space left on device" in capsys.readouterr().err
    assert open_snapshot(tmp_path / "wh").read("customers")["customer_id"].to_pylist() == ["1"]
    (tmp_path / "wh" / full).unlink(missing_ok=True)
    assert before.items() <= contents(tmp_path / "wh").items()
    assert cli.run(words) == 0
    assert open_snapshot(tmp_path / "wh").read("customers")["customer_id"].to_pylist() == ["1", "2"]


def test_one_load_or_undo_at_a_time(tmp_path: Path) -> None:
    load_tables(tmp_path, DAY, people("1"), Terms(batch="a"))
    before = contents(tmp_path)
    with locked(tmp_path):
        for second in (lambda: load_tables(tmp_path, DAY, people("2")), lambda: undo_batch(tmp_path, DAY, "a")):
            with pytest.raises(InputError, match="another load is running in this warehouse; start again when it has"):
                second()
    assert contents(tmp_path) == before
    assert load_tables(tmp_path, DAY, people("2")).changed


def loads_without_end(folder: str, told: Event) -> None:
    for number in range(10_000):
        names = [str(each) for each in range(2000)]
        load_tables(
            folder, DAY, people(*names, occupation=str(number)) | held(*((each, str(number)) for each in names))
        )
        told.set()


def numbers_in(folder: Path) -> set[str]:
    """The numbers of the loads that the newest snapshot shows; none where two loads overtook the reading."""
    try:
        snapshot = open_snapshot(folder)
        found = set(pc.unique(snapshot.read("customers")["occupation"]).to_pylist())
        return found | {str(int(each)) for each in pc.unique(snapshot.read("balances")["average_daily"]).to_pylist()}
    except (InputError, FileNotFoundError):
        return set()


def test_a_reader_sees_one_whole_state(tmp_path: Path) -> None:
    """Customers and balances of one load always carry one number."""
    told = processes.Event()
    writer = processes.Process(target=loads_without_end, args=(str(tmp_path), told))
    writer.start()
    try:
        assert told.wait(120)
        seen: set[str] = set()
        while len(seen) < 4:
            assert writer.is_alive()
            numbers = numbers_in(tmp_path)
            assert len(numbers) <= 1
            seen |= numbers
    finally:
        writer.kill()
        writer.join()


def test_what_nobody_names_any_more_goes(tmp_path: Path) -> None:
    """The files of this manifest and the one before stay; others' too; a killed load's drafts go."""
    load_tables(tmp_path, DAY, people("1", occupation="0"), Terms(batch="0"))
    later = load_tables(tmp_path, NEXT, people("2"), Terms(onto_previous=True)).snapshot
    (tmp_path / "data" / ".draft-customers").write_bytes(b"left by a killed load")
    (tmp_path / "data" / "customers-0000000000000000.parquet").write_bytes(b"renamed, and then killed")
    undo_batch(tmp_path, DAY, "0")
    with pytest.raises(InputError, match="holds no snapshot of 2026-06-30"):
        open_snapshot(tmp_path, DAY)
    assert later.read("customers")["customer_id"].to_pylist() == ["1", "2"]
    left = {path.name for path in (tmp_path / "data").iterdir()}
    assert left == {file for parts in later.stacks.values() for stack in parts.values() for file in stack.files}


def test_a_snapshot_that_was_outrun_says_so(tmp_path: Path) -> None:
    old = load_tables(tmp_path, DAY, people("1"), Terms(batch="a")).snapshot
    undo_batch(tmp_path, DAY, "a")
    assert old.read("customers").num_rows == 1
    load_tables(tmp_path, DAY, people("2"))
    load_tables(tmp_path, DAY, people("3"))
    with pytest.raises(InputError, match=r"was loaded into more than once since it was opened, .*open it again"):
        old.read("customers")


def test_a_name_belongs_to_one_load(tmp_path: Path) -> None:
    first = load_tables(tmp_path, DAY, people("1"), Terms(batch="daily", at="2026-06-30 07:00"))
    assert first.batch.at == "2026-06-30 07:00"
    before = contents(tmp_path)
    assert load_tables(tmp_path, DAY, people("1"), Terms(batch="daily")).repeated
    with pytest.raises(
        InputError, match=r"batch 'daily' is the name of another load \(tables, into 2026-06-30\); nothing"
    ):
        load_tables(tmp_path, DAY, people("2"), Terms(batch="daily"))
    with pytest.raises(InputError, match="is the name of another load"):
        load_tables(tmp_path, NEXT, people("1"), Terms(batch="daily", onto_previous=True))
    assert contents(tmp_path) == before
    assert undo_batch(tmp_path, DAY, "daily").changed
    assert not undo_batch(tmp_path, DAY, "daily").changed
    with pytest.raises(
        InputError, match="batch 'daily' was loaded and undone; to load it after all, give it another name"
    ):
        load_tables(tmp_path, DAY, people("1"), Terms(batch="daily"))
    assert load_tables(tmp_path, DAY, people("1")).snapshot.digest == first.snapshot.digest


def test_an_undo_that_must_wait_names_what_comes_first(tmp_path: Path) -> None:
    for name, ids in {"a": "12", "b": "23", "c": "2", "d": "9"}.items():
        load_tables(tmp_path, DAY, people(*ids, occupation="x"), Terms(batch=name))
    before = contents(tmp_path)
    with pytest.raises(LaterBatches) as caught:
        undo_batch(tmp_path, DAY, "a")
    assert (
        str(caught.value) == f"{tmp_path}: later loads met rows of batch 'a': 'c', 'b'; undo these first, from the left"
    )
    with pytest.raises(InputError, match="has no batch 'x' that could be undone; it has 'a', 'b', 'c', 'd'"):
        undo_batch(tmp_path, DAY, "x")
    assert contents(tmp_path) == before
    for name in (*caught.value.batches, "a"):
        undo_batch(tmp_path, DAY, name)
    assert open_snapshot(tmp_path).read("customers")["customer_id"].to_pylist() == ["9"]
    assert [(batch.id, batch.undone) for batch in batches(tmp_path, DAY)] == [
        ("a", True),
        ("b", True),
        ("c", True),
        ("d", False),
    ]


def test_an_undo_says_where_else_the_batch_is(tmp_path: Path) -> None:
    load_tables(tmp_path, DAY, people("1"), Terms(batch="a"))
    load_tables(tmp_path, DAY, people("2"), Terms(batch="b"))
    load_tables(tmp_path, NEXT, people("3"), Terms(batch="c", onto_previous=True))
    assert undo_batch(tmp_path, DAY, "b").also_in == (NEXT,)
    assert open_snapshot(tmp_path, NEXT).read("customers").num_rows == 3


def test_beginning_as_the_day_before(tmp_path: Path) -> None:
    matures = {"maturities": table("maturities", [{"customer_id": "1", "amount": Decimal(1), "matures_on": NEXT}])}
    load_tables(tmp_path, DAY, people("1") | matures)
    onto = Terms(onto_previous=True)
    with pytest.raises(
        InputError, match="of 2026-06-30 is there and did not begin as an earlier one; load into it without"
    ):
        load_tables(tmp_path, DAY, people("2"), onto)
    first = load_tables(tmp_path, NEXT, people("2"), Terms(onto_previous=True, afresh=("maturities",)))
    assert first.snapshot.tables == ("customers",)
    assert load_tables(tmp_path, NEXT, matures, onto).snapshot.read("maturities").num_rows == 1
    with pytest.raises(
        InputError, match="of 2026-07-01 has begun, with customers as it stood on 2026-06-30; a table begins"
    ):
        load_tables(tmp_path, NEXT, people("3"), Terms(onto_previous=True, afresh=("customers",)))
    with pytest.raises(MisuseError, match="tables begin afresh only where a date begins as an earlier one: add onto_"):
        Terms(afresh=("customers",))
    with pytest.raises(MisuseError, match="'add' is no mode of a load; "):
        Terms(mode="add")
    with pytest.raises(MisuseError, match="'loan' is no canonical table; did you mean 'loans'"):
        Terms(onto_previous=True, afresh=("loan",))
