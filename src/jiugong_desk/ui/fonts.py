"""The bundled Chinese font: the same on every machine, so that a document's bytes are too."""

from __future__ import annotations

from pathlib import Path

FONTS = Path(__file__).parent / "static" / "vendor" / "fonts"
FAMILY = "Noto Sans SC"
