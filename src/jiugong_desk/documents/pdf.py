"""The one way to a PDF: a typst page of ours, and what it says as JSON. The same words give the same bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

from ..ui.fonts import FONTS

NOTICE = Path(__file__).parent / "typst" / "notice.typ"


def notice_pdf(content: Mapping[str, Any], *, at: datetime) -> bytes:
    """An official document of this content (`content.content_of`), issued at that moment."""
    return set_page(NOTICE, content, at=at)


def set_page(
    template: Path, data: Mapping[str, Any], *, at: datetime, charts: Mapping[str, str] | None = None
) -> bytes:
    """The PDF of a typst file that reads `sys.inputs.data`; `charts` by name, as SVG text."""
    made = typst.compile(
        template,
        root=template.parent,
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False), **(charts or {})},
        timestamp=int(at.timestamp()),
    )
    assert isinstance(made, bytes), "a PDF is one file"
    return made


@lru_cache(maxsize=1)
def _fonts() -> Any:
    """The bundled fonts only: what a machine has installed must not change a document."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
