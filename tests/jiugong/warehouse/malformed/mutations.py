"""Valid files, changed a little: bytes, text, and the XML inside workbooks. The same number gives the same file."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from .bombs import SHEET, STRINGS, repacked
from .seeds import SEEDS

Draw = random.Random


def mutation(number: int) -> tuple[str, bytes]:
    """The name and the bytes of a mutated file."""
    draw = random.Random(number)
    seed = draw.choice(sorted(SEEDS))
    content = SEEDS[seed]
    if seed.endswith(".xlsx") and draw.random() < 0.75:
        content = repacked({draw.choice(_PARTS): lambda xml: _some(xml, draw, _XML)}, content)
    elif seed.endswith((".csv", ".txt")) and draw.random() < 0.6:
        encoding = {"gb18030.csv": "gb18030", "utf16.csv": "utf-16"}.get(seed, "utf-8")
        content = _some(content.decode(encoding).encode(), draw, _TEXT).decode("utf-8", "replace").encode(encoding)
    else:
        content = _some(content, draw, _BYTES)
    return f"{number}-{seed}", content


def _some(content: bytes, draw: Draw, ways: tuple[Callable[[bytes, Draw], bytes], ...]) -> bytes:
    for _ in range(draw.choice((1, 1, 1, 2, 5))):
        if content:
            content = draw.choice(ways)(content, draw)
    return content


def _flip(content: bytes, draw: Draw) -> bytes:
    at = draw.randrange(len(content))
    return content[:at] + bytes([content[at] ^ (1 << draw.randrange(8))]) + content[at + 1 :]


def _byte(content: bytes, draw: Draw) -> bytes:
    at = draw.randrange(len(content))
    return (
        content[:at]
        + bytes([draw.choice((0, 9, 10, 13, 34, 44, 59, 127, 128, 255, draw.randrange(256)))])
        + content[at + 1 :]
    )


def _cut(content: bytes, draw: Draw) -> bytes:
    return content[: draw.randrange(len(content))]


def _without(content: bytes, draw: Draw) -> bytes:
    start = draw.randrange(len(content))
    return content[:start] + content[start + draw.randrange(1, 40) :]


def _twice(content: bytes, draw: Draw) -> bytes:
    start = draw.randrange(len(content))
    end = start + draw.randrange(1, 200)
    return content[:end] + content[start:end] + content[end:]


def _put_in(content: bytes, draw: Draw) -> bytes:
    at = draw.randrange(len(content))
    return (
        content[:at]
        + draw.choice((b"\x00", b'"', b",", b"\n", b"\r\n", b"\xff\xfe", b"\xe4\xba", b"PK\x03\x04", b"PAR1"))
        + content[at:]
    )


def _word(*pairs: tuple[str, tuple[str, ...]]) -> Callable[[bytes, Draw], bytes]:
    """Replace one place where a pattern fits."""

    def change(content: bytes, draw: Draw) -> bytes:
        pattern, news = draw.choice(pairs)
        found = list(re.finditer(pattern.encode(), content))
        if not found:
            return content
        one = draw.choice(found)
        return content[: one.start()] + draw.choice(news).encode() + content[one.end() :]

    return change


_CELLS = (
    "1.10101E+17", "", "=1+1", "#N/A", "NULL", "0012 ", "００１２", "-", "合计", "2026-02-30", "2026年3月2日", "20260302", "46083", "03/04/2026",
    "1,234.56", "12,34", "1e5", "－5", "99999999999999999999", "999999999999999999999999.99", "13812345678", "是", "a\u200bb", "x" * 5_000, "'0012", "0.005",
)  # fmt: skip
_BYTES = (_flip, _byte, _cut, _without, _twice, _put_in)
_TEXT = (
    _word((r"[^,;\t\r\n\x22]+", _CELLS)),
    _word((r"\r?\n", ("", "\n\n", "\r", "\n,,,,,,\n", ",x\n")), (r"[,;\t]", ("", ",,", ";", "|", '"'))),
    _word((r"\d", ("０", "٣", "O", "l", " ", "9"))),
    _put_in,
    _without,
    _twice,
)  # fmt: skip
_XML = (
    _word((r't="s"', ("", 't="n"', 't="b"', 't="e"', 't="str"', 't="d"', 't="x"')), (r"<v>[^<]*</v>", ("", "<v></v>", "<v>99999</v>", "<v>-1</v>", "<v>1e400</v>", "<f>1/0</f>"))),
    _word((r'r="[A-Z]+\d+"', ("", 'r="A1"', 'r="XFD2"', 'r="A0"', 'r="ZZZ9"', 'r="B1048576"')), (r'<row r="\d+"', ("<row", '<row r="1"', '<row r="0"', '<row r="99999"'))),
    _word((r"<t>[^<]*</t>", tuple(f"<t>{cell}</t>" for cell in _CELLS if "&" not in cell))),
    _word((r"<[a-zA-Z]+", ("<", "<x", "<!--", "<![CDATA[")), (r">", ("", ">>", "/>"))),
    _flip,
    _cut,
    _without,
    _twice,
)  # fmt: skip
_PARTS = (
    SHEET,
    SHEET,
    SHEET,
    STRINGS,
    STRINGS,
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "[Content_Types].xml",
    "xl/styles.xml",
)
