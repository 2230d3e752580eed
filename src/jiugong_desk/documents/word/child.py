"""The filling process: limits first, then the file; what it opened it keeps, and it opens nothing more.

Run as a program of its own: `python -I child.py`, with a request as JSON on standard input. It leaves `made.docx` and
`said.json` in the folder that the request names.
"""

from __future__ import annotations

import codecs
import importlib
import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

DONE, REFUSED = 0, 3
MADE, SAID = "made.docx", "said.json"


def main(request: dict[str, Any]) -> int:
    package("jiugong_reading", Path(request["reading"]))
    package("jiugong_word", Path(__file__).parent)
    limits_module = importlib.import_module("jiugong_reading.limits")
    limits = limits_module.Limits(**request["limits"])
    limits.apply()
    archive = importlib.import_module("jiugong_word.archive")
    filling = importlib.import_module("jiugong_word.filling")
    for encoding in ("utf-8", "utf-16", "ascii", "cp437", "latin-1", "unicode_escape"):
        codecs.lookup(encoding)
    content = Path(request["source"]).read_bytes()
    made = (Path(request["folder"]) / MADE).open("wb")
    said = (Path(request["folder"]) / SAID).open("w", encoding="utf-8")
    limits_module.nothing_more_opens()
    try:
        archive.check(content, limits)
        filled = filling.fill(content, request["content"])
        archive.check(filled.data, limits)
        made.write(filled.data)
        answer, code = {"outline": filled.outline}, DONE
    except archive.Refused as refusal:
        answer, code = {"code": refusal.code, **refusal.facts}, REFUSED
    except (MemoryError, RecursionError):
        answer, code = {"code": "too_much"}, REFUSED
    json.dump(answer, said, ensure_ascii=False)
    made.close()
    said.close()
    return code


def package(name: str, folder: Path) -> None:
    """The modules of this folder under that name, without the packages around it and what those import."""
    spec = importlib.util.spec_from_file_location(
        name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec
    sys.modules[name] = importlib.util.module_from_spec(spec)


if __name__ == "__main__":
    sys.exit(main(json.load(sys.stdin)))
