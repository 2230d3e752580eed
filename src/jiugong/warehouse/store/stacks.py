"""The layers of one part of a table, bottom-up, and the folds through which they are read. Pure: no file is touched.

Each load puts one layer on top. Reading all of them would cost more with every load, so neighbours are folded into one
file; a fold only stands in for its layers, which stay listed (and on disk) so that each can be taken out again exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

# A fold is made anew, together with all above it, once these hold more than this share of its rows. Layers then never
# hold more than a third of the base's rows, and each row is rewritten a handful of times while a table grows fivefold; the sizes fall geometrically, so that even a thousand small loads leave fewer than ten files to read.
FOLD_SHARE = 0.25
# So many layers stay separate (and can be undone) in a date that begins as an earlier one.
KEPT_LAYERS = 64


@dataclass(frozen=True)
class Layer:
    """What one load put into a part. `met`: the file of the keys it found and left as they were. `batch` "": of several."""

    batch: str
    rows: int
    file: str = ""
    met: str = ""


@dataclass(frozen=True)
class Fold:
    """The rows of the layers from the previous fold's `upto` to this one's, in one file ("" where there are none)."""

    upto: int
    rows: int
    file: str


# Files of layers, bottom-up, into one: its name and its rows.
Merge = Callable[[Sequence[str]], tuple[str, int]]


@dataclass(frozen=True)
class Stack:
    """Layers bottom-up, and the folds that cover them without a gap."""

    layers: tuple[Layer, ...] = ()
    folds: tuple[Fold, ...] = ()

    @property
    def reading(self) -> tuple[str, ...]:
        """The files that make up the rows, bottom-up. A file without rows is read where there is no other."""
        full = tuple(fold.file for fold in self.folds if fold.rows)
        return full or tuple(fold.file for fold in self.folds if fold.file)[:1]

    @property
    def files(self) -> frozenset[str]:
        """Every file that it names."""
        named = {fold.file for fold in self.folds}
        named |= {file for layer in self.layers for file in (layer.file, layer.met)}
        return frozenset(named - {""})

    def above(self, place: int) -> tuple[Layer, ...]:
        return self.layers[place + 1 :]


def readings(parts: Mapping[str, Stack]) -> dict[str, tuple[str, ...]]:
    """The files of each part, bottom-up. Of parts without rows one is read where there is no other."""
    full = {part: stack.reading for part, stack in parts.items() if any(fold.rows for fold in stack.folds)}
    return full or {part: stack.reading for part, stack in list(parts.items())[:1]}


def pushed(stack: Stack, layer: Layer, merge: Merge) -> Stack:
    """With the layer on top, folded where the share is exceeded."""
    layers = (*stack.layers, layer)
    return Stack(layers, _tidied((*stack.folds, Fold(len(layers), layer.rows, layer.file)), merge))


def without(stack: Stack, batch: str, merge: Merge) -> Stack:
    """Without the layers of the batch; a fold that held one is made anew from the layers that stay."""
    folds: list[Fold] = []
    start = upto = 0
    for fold in stack.folds:
        covered = stack.layers[start : fold.upto]
        kept = [layer for layer in covered if layer.batch != batch]
        start, upto = fold.upto, upto + len(kept)
        if len(kept) == len(covered):
            folds.append(Fold(upto, fold.rows, fold.file))
        elif kept:
            folds.append(_merged(upto, [(layer.file, layer.rows) for layer in kept], merge))
    return Stack(tuple(layer for layer in stack.layers if layer.batch != batch), tuple(folds))


def inherited(stack: Stack) -> Stack:
    """As a later date begins: what was folded at the bottom is one layer now, which cannot be taken out any more."""
    sealed = 1 if stack.folds and stack.folds[0].upto > 1 else 0
    while sealed + len(stack.layers) - _covered(stack, sealed) > KEPT_LAYERS:
        sealed += 1
    folds = stack.folds[:sealed]
    layers = tuple(Layer("", fold.rows, fold.file) for fold in folds)
    gone = _covered(stack, sealed) - sealed
    return Stack(
        (*layers, *stack.layers[gone + sealed :]),
        (
            *(Fold(place, fold.rows, fold.file) for place, fold in enumerate(folds, 1)),
            *(Fold(fold.upto - gone, fold.rows, fold.file) for fold in stack.folds[sealed:]),
        ),
    )


def _covered(stack: Stack, folds: int) -> int:
    """How many layers lie in so many folds from the bottom."""
    return stack.folds[folds - 1].upto if folds else 0


def _tidied(folds: tuple[Fold, ...], merge: Merge) -> tuple[Fold, ...]:
    for place, fold in enumerate(folds):
        above = sum(later.rows for later in folds[place + 1 :])
        if above > fold.rows * FOLD_SHARE:
            whole = _merged(folds[-1].upto, [(part.file, part.rows) for part in folds[place:]], merge)
            return (*folds[:place], whole)
    return folds


def _merged(upto: int, parts: Sequence[tuple[str, int]], merge: Merge) -> Fold:
    full = [(file, rows) for file, rows in parts if rows] or [(file, rows) for file, rows in parts if file][:1]
    if not full:
        return Fold(upto, 0, "")
    if len(full) == 1:
        return Fold(upto, full[0][1], full[0][0])
    file, rows = merge([file for file, _ in full])
    return Fold(upto, rows, file)
