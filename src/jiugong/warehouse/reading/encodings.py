"""Which encoding a text file has, and where it breaks it."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import Any

from .refused import Refused

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CHUNK = 1 << 22
_ENOUGH = 100_000  # characters beyond ASCII by which UTF-8 and GB18030 are told apart


def chunks(file: Any) -> Iterator[bytes]:
    """The whole file from its beginning."""
    file.seek(0)
    while chunk := file.read(_CHUNK):
        yield chunk


def find_encoding(file: Any) -> str:
    """By the byte order mark, else UTF-8 if every byte is UTF-8, else GB18030 if every byte is that.

    Most of damaged UTF-8 is GB18030 too, of other characters: a file that is mostly UTF-8 is refused instead of garbled.
    """
    file.seek(0)
    start = file.read(4)
    for mark, name in _MARKS:
        if start.startswith(mark):
            check_encoding(file, name)
            return name
    not_utf8 = _first_wrong_byte(file, "utf-8")
    if not_utf8 is None:
        return "utf-8"
    if _mostly_utf8(file):
        raise Refused("damaged_utf8", byte=not_utf8, row=_row_of(file, not_utf8))
    wrong = _first_wrong_byte(file, "gb18030")
    if wrong is None:
        return "gb18030"
    raise Refused("no_encoding", byte=wrong, row=_row_of(file, wrong))


def check_encoding(file: Any, encoding: str) -> None:
    """Refuses a file whose bytes are not the encoding that was said, or that its mark promises."""
    wrong = _first_wrong_byte(file, encoding)
    if wrong is not None:
        raise Refused("other_encoding", encoding=encoding, byte=wrong, row=_row_of(file, wrong))


def _mostly_utf8(file: Any) -> bool:
    """Whether two of three characters beyond ASCII can be read as UTF-8; of Chinese in GB18030 about one in seven can."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    read = broken = 0
    for chunk in chunks(file):
        text = decoder.decode(chunk)
        broken += text.count("\ufffd")
        read += len(text) - len(text.encode("ascii", "ignore")) - text.count("\ufffd")
        if read + broken > _ENOUGH:
            break
    return read > 2 * broken


def _row_of(file: Any, byte: int) -> int:
    """The line in which the byte stands, counted from 1 (a cell with line breaks counts as several)."""
    row, left = 1, byte
    for chunk in chunks(file):
        row += chunk[:left].count(b"\n")
        left -= len(chunk)
        if left <= 0:
            break
    return row


def _first_wrong_byte(file: Any, encoding: str) -> int | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    done = 0
    for chunk in chunks(file):
        pending = len(decoder.getstate()[0])
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            return max(done - pending + error.start, 0)
        done += len(chunk)
    pending = len(decoder.getstate()[0])
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return done - pending
    return None
