"""The reading process: limits first, then the readers; what it opened it keeps, and it opens nothing more.

Run as a program of its own: `python -I child.py`, with a request as JSON on standard input. It leaves `cells.arrow` or
`refused.json` in the folder that the request names. What it complains about may quote cells, so nobody listens.
"""

from __future__ import annotations

import codecs
import importlib.util
import json
import os
import sys
from pathlib import Path
from typing import Any

# Exit codes; anything else is the process's own end (a signal, or a mistake of ours).
DONE, REFUSED = 0, 3
CELLS, WHY = "cells.arrow", "refused.json"
PACKAGE = "jiugong_reading"
_ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "gb18030",
    "ascii",
    "cp437",
)  # the last: names in zip archives


def main(request: dict[str, Any]) -> int:
    limits_module = _own("limits")
    limits = limits_module.Limits(**request["limits"])
    limits.apply()
    sys.modules["numpy"] = None  # type: ignore[assignment] # pyarrow does without, and starts in half the time
    import pyarrow as pa

    text, workbook, columnar, sniff = (_own(name) for name in ("text", "workbook", "columnar", "sniff"))
    refused = _own("refused").Refused
    for encoding in (*_ENCODINGS, request["encoding"] or "utf-8"):
        codecs.lookup(encoding)
    folder = Path(request["folder"])
    source, sink = pa.OSFile(request["source"]), pa.OSFile(str(folder / CELLS), "wb")
    why = (folder / WHY).open("w", encoding="utf-8")
    limits_module.nothing_more_opens()
    words = frozenset(request["words"])
    try:
        kind = sniff.kind_of(source)
        if kind != request["kind"]:
            raise refused("is_misnamed", what=kind, ending=request["ending"])
        if kind == "xlsx":
            workbook.read_workbook(source, sink, workbook.Place(request["sheet"], request["header_row"]), words, limits)
        elif kind == "parquet":
            columnar.read_columnar(source, sink, limits)
        else:
            layout = text.Layout(request["encoding"], request["separator"], request["header_row"])
            text.read_text(source, sink, layout, words, limits)
        sink.close()
    except (refused, MemoryError, OSError) as error:
        code = getattr(error, "code", "too_much")
        json.dump({"code": code, **getattr(error, "facts", {})}, why, ensure_ascii=False)
        why.close()
        return REFUSED
    return DONE


def _own(name: str) -> Any:
    """A module of this folder, without the package around it and what that imports."""
    if PACKAGE not in sys.modules:
        here = Path(__file__).parent
        spec = importlib.util.spec_from_file_location(
            PACKAGE, here / "__init__.py", submodule_search_locations=[str(here)]
        )
        assert spec
        sys.modules[PACKAGE] = importlib.util.module_from_spec(spec)
    return importlib.import_module(f"{PACKAGE}.{name}")


if __name__ == "__main__":
    # Not by the interpreter's own end: it would wait for the reader's threads, which abort now and then.
    os._exit(main(json.load(sys.stdin)))
