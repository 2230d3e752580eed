"""The only importer of the library here: a Word template is filled by a process of its own, inside the library's limits."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .word import child

DEFAULT = Path(child.__file__).parent / "notice.docx"
MEGABYTES = 5  # of a template
# Filling the default template takes 0.5 s and 150 MB.
_LIMITS: Mapping[str, int] = {
    "memory_bytes": 512 << 20, "cpu_seconds": 15, "wall_seconds": 30, "output_bytes": 20 << 20,
    "unpacked_bytes": 40 << 20, "ratio": 200, "rows": 0, "columns": 0,
}  # fmt: skip


@dataclass(frozen=True)
class Filled:
    """The .docx, and the style and text of each of its paragraphs."""

    data: bytes
    outline: list[tuple[str, str]]


class BadTemplate(Exception):
    """The template does not do: a code of `rules.FAULTS`, and what in the file is meant."""

    def __init__(self, code: str, what: str = "") -> None:
        super().__init__(code)
        self.code, self.what = code, what


def default_template() -> bytes:
    """The one that comes with the installation."""
    return DEFAULT.read_bytes()


def fill(template: bytes, content: Mapping[str, Any]) -> Filled:
    """The template with the content in it; raises `BadTemplate`."""
    from jiugong.warehouse import Limits, reading
    from jiugong.warehouse.apart import run_apart

    limits = Limits(**_LIMITS)
    with tempfile.TemporaryDirectory(prefix="jiugong-") as name:
        folder = Path(name)
        source = folder / "template.docx"
        source.write_bytes(template)
        request = {
            "source": str(source), "folder": name, "content": dict(content), "limits": asdict(limits),
            "reading": str(Path(reading.__file__).parent),
        }  # fmt: skip
        code = run_apart(child.__file__, request, seconds=limits.wall_seconds)
        said = _said(folder / child.SAID)
        if code == child.REFUSED and said:
            raise BadTemplate(str(said.get("code", "")), _harmless(said.get("what", "")))
        if code != child.DONE or not said:
            raise BadTemplate("too_much" if code < 0 else "not_a_document")
        outline = [(str(style), str(text)) for style, text in said["outline"]]
        return Filled((folder / child.MADE).read_bytes(), outline)


def _said(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_bytes()))
    except (ValueError, OSError):
        return {}


def _harmless(value: Any) -> str:
    """What the process says may come from the file: one line, and not long."""
    return "".join(letter if letter.isprintable() else " " for letter in str(value))[:200]
