"""The English messages of the desk. Chinese is the source language: the texts in code and templates are Chinese.

    scripts/messages.py                        compile every django.po into the .mo that gettext reads
    scripts/messages.py --extract [ROOM ...]   bring <room>/locale/en/LC_MESSAGES/django.po up to date: new texts are
                                               added without a translation, kept ones keep theirs, gone ones go
    scripts/messages.py --missing [ROOM ...]   list texts without English, or whose placeholders differ; exit 1 if any

The files hold no paths, line numbers or dates, and are sorted, so that they change only where a text changes.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parent.parent / "src"
DESK = SOURCE / "jiugong_desk"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
HEADER = (
    'msgid ""\nmsgstr ""\n"Language: en\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
)
LITERAL = r"""\s*u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\s*"""
TEMPLATE_CALL = re.compile(rf"\b(?:gettext|ngettext|pgettext|npgettext|_)\({LITERAL}(?:,{LITERAL})*(?:,\s*count)?\)")
PLACEHOLDER = re.compile(r"%\(\w+\)s|(?<!\{)\{\w*(?::[^{}]*)?\}")

Key = tuple[str | None, str]  # context, text


def rooms(names: Iterable[str] = ()) -> list[Path]:
    """The folders of these rooms; all of them where none is named."""
    found = sorted(path.parent for path in DESK.glob("*/__init__.py"))
    wanted = set(names)
    unknown = wanted - {room.name for room in found}
    if unknown:
        sys.exit(f"messages: no room named {', '.join(sorted(unknown))}; there are: {', '.join(r.name for r in found)}")
    return [room for room in found if not wanted or room.name in wanted]


def file_of(room: Path) -> Path:
    return room / "locale" / "en" / "LC_MESSAGES" / "django.po"


def _template_as_python(text: str) -> str:
    """The gettext calls of a template, one a line (Django's own reading of its tags)."""
    return "\n".join(TEMPLATE_CALL.findall(templatize(text)))


def _calls(room: Path) -> Iterator[tuple[str, tuple[object, ...]]]:
    for path in sorted(room.rglob("*")):
        if path.suffix == ".py" and "migrations" not in path.parts:
            source = path.read_text(encoding="utf-8")
        elif path.suffix in (".html", ".txt") and "templates" in path.parts:
            source = _template_as_python(path.read_text(encoding="utf-8"))
        else:
            continue
        for _line, function, found, _comments in extract_python(io.BytesIO(source.encode()), KEYWORDS, (), {}):
            yield function, found if isinstance(found, tuple) else (found,)


def texts(room: Path) -> dict[Key, str | tuple[str, str]]:
    """Every text of a room by its context and singular; a pair where there is a plural."""
    found: dict[Key, str | tuple[str, str]] = {}
    for function, arguments in _calls(room):
        words = list(arguments)
        context = words.pop(0) if "p" in function.replace("_lazy", "").replace("gettext", "") else None
        if not words or not isinstance(words[0], str):
            continue  # a variable: its text is marked where it is written
        plural = len(words) > 1 and isinstance(words[1], str) and function.startswith(("n", "np"))
        found[(str(context) if context else None, words[0])] = (words[0], str(words[1])) if plural else words[0]
    return found


def read(room: Path) -> Catalog:
    file = file_of(room)
    if not file.exists():
        return Catalog(locale="en")
    with file.open("rb") as stream:
        return read_po(stream, locale="en", abort_invalid=True)


def translation(catalog: Catalog, key: Key) -> Message | None:
    return catalog.get(key[1], context=key[0])


def extract(room: Path) -> None:
    """Write the room's file anew from its texts and the translations it has."""
    wanted, old, new = texts(room), read(room), Catalog(locale="en")
    for key, text in sorted(wanted.items(), key=lambda pair: (pair[0][1], pair[0][0] or "")):
        known = translation(old, key)
        fits = known is not None and isinstance(known.string, tuple) == isinstance(text, tuple)
        new.add(text, known.string if known and fits else "", context=key[0])
    file = file_of(room)
    if not wanted:
        file.unlink(missing_ok=True)
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    write_po(buffer, new, omit_header=True, no_location=True, width=0)
    file.write_text(HEADER + buffer.getvalue().decode(), encoding="utf-8")


def problems(room: Path) -> Iterator[str]:
    """What an English reader would miss: texts without a translation, placeholders that differ."""
    catalog = read(room)
    for key, text in sorted(texts(room).items(), key=lambda pair: pair[0][1]):
        known = translation(catalog, key)
        strings = () if known is None else known.string if isinstance(known.string, tuple) else (known.string,)
        if not strings or not all(strings):
            yield f"no English: {key[1]!r}"
            continue
        source = text[-1] if isinstance(text, tuple) else text
        if set(PLACEHOLDER.findall(strings[-1])) != set(PLACEHOLDER.findall(source)):
            yield f"placeholders differ: {key[1]!r}"


def compile_all() -> None:
    for file in sorted(SOURCE.rglob("*.po")):
        with file.open("rb") as stream:
            catalog = read_po(stream, locale=file.parent.parent.name, abort_invalid=True)
        with file.with_suffix(".mo").open("wb") as stream:
            write_mo(stream, catalog)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--extract", action="store_true")
    parser.add_argument("--missing", action="store_true")
    parser.add_argument("rooms", nargs="*")
    options = parser.parse_args()
    chosen = rooms(options.rooms)
    if options.extract:
        for room in chosen:
            extract(room)
    if options.missing:
        found = [f"{room.name}: {problem}" for room in chosen for problem in problems(room)]
        print("\n".join(found) if found else "messages: every text has its English")
        sys.exit(1 if found else 0)
    compile_all()


if __name__ == "__main__":
    main()
