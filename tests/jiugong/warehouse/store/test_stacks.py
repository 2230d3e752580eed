"""Layers, folds and their taking out, on numbers instead of files: a file is the tuple of the layers in it."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from jiugong.warehouse.store.stacks import FOLD_SHARE, KEPT_LAYERS, Layer, Stack, inherited, pushed, without


class Files:
    """Every layer holds keys of its own, so that a fold has the rows of its layers. Counts what it writes."""

    def __init__(self) -> None:
        self.rows: dict[str, int] = {}
        self.written = 0

    def layer(self, batch: str, rows: int) -> Layer:
        file = f"<{batch}>" if rows else ""
        self.rows[file] = rows
        return Layer(batch, rows, file, met=f"met {batch}")

    def merge(self, files: Sequence[str]) -> tuple[str, int]:
        name = "".join(files)
        self.rows[name] = sum(self.rows[file] for file in files)
        self.written += self.rows[name]
        return name, self.rows[name]


def stacked(files: Files, sizes: Sequence[int]) -> Stack:
    stack = Stack()
    for place, rows in enumerate(sizes):
        stack = pushed(stack, files.layer(str(place), rows), files.merge)
    return stack


def check(stack: Stack, files: Files) -> None:
    """The folds cover the layers without a gap, in order, and hold their rows."""
    assert "".join(fold.file for fold in stack.folds) == "".join(layer.file for layer in stack.layers)
    assert [fold.upto for fold in stack.folds] == sorted({fold.upto for fold in stack.folds})
    assert (stack.folds[-1].upto if stack.folds else 0) == len(stack.layers)
    start = 0
    for fold in stack.folds:
        assert fold.rows == sum(layer.rows for layer in stack.layers[start : fold.upto])
        start = fold.upto
    assert stack.reading == tuple(fold.file for fold in stack.folds if fold.rows)


sizes_of = st.lists(st.sampled_from([0, 1, 2, 5, 30, 1000]), max_size=30)


@settings(max_examples=200, deadline=None)
@given(sizes_of, st.data())
def test_loads_undos_and_a_new_date(sizes: list[int], data: st.DataObject) -> None:
    files = Files()
    stack = stacked(files, sizes)
    check(stack, files)
    for place, fold in enumerate(stack.folds):
        assert sum(later.rows for later in stack.folds[place + 1 :]) <= FOLD_SHARE * fold.rows
    begun = inherited(stack)
    check(begun, files)
    assert begun.reading == stack.reading
    for each in (stack, begun):
        names = [layer.batch for layer in each.layers if layer.batch]
        if names:
            gone = data.draw(st.sampled_from(names))
            left = without(each, gone, files.merge)
            check(left, files)
            assert [layer for layer in each.layers if layer.batch != gone] == list(left.layers)
            assert without(left, gone, files.merge) == left


def test_many_small_loads_are_few_files_and_little_writing() -> None:
    files = Files()
    stack = stacked(files, [1_000_000, *[1000] * 500])
    assert len(stack.reading) <= 8
    assert files.written < 20 * 500 * 1000 + 3_000_000  # each new row a handful of times; the base thrice


def test_a_new_date_keeps_the_last_loads_apart() -> None:
    files = Files()
    begun = inherited(stacked(files, [10**9, *[1] * 300]))
    assert len(begun.layers) <= KEPT_LAYERS
    assert (begun.layers[0].batch, begun.layers[-1].batch) == ("", "300")
    for sizes, batches in {(10, 2): ["0", "1"], (10, 10, 1): ["", "2"]}.items():  # a base of one load stands for itself
        assert [layer.batch for layer in inherited(stacked(files, sizes)).layers] == batches


def test_a_table_without_rows_is_a_file_too() -> None:
    files = Files()
    files.rows["empty"] = 0
    stack = pushed(Stack(), Layer("a", 0, "empty"), files.merge)
    assert stack.reading == ("empty",)
    stack = pushed(stack, files.layer("b", 3), files.merge)
    assert stack.reading == ("<b>",)
    assert without(stack, "b", files.merge).reading == ("empty",)
    assert without(stack, "a", files.merge).reading == ("<b>",)
    assert without(without(stack, "a", files.merge), "b", files.merge) == Stack()
