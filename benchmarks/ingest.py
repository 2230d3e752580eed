"""A million rows of CSV as a bank sends them (Chinese headers, GB18030, 万元, one row in a thousand wrong) into a snapshot."""

from __future__ import annotations

import tempfile
from datetime import date
from itertools import count
from pathlib import Path

import duckdb

from jiugong.warehouse import ingest

from .results import Results

ROWS = 1_000_000
AS_OF = date(2026, 6, 30)
MAKE = """
COPY (
    SELECT lpad(i::VARCHAR, 9, '0') AS 客户号, '客' || i AS 姓名, '140' || lpad(i::VARCHAR, 8, '0') AS 手机号,
        strftime(DATE '1950-01-01' + (hash(i) % 20000)::INT, '%Y%m%d') AS 出生日期, 'OU0' || i % 4 AS 机构号,
        CASE WHEN i % 1000 = 7 THEN '面议' ELSE printf('%.2f', 3 + (hash(i, 1) % 4000) / 100.0) END AS "年收入（万元）",
        CASE i % 2 WHEN 0 THEN '是' ELSE '否' END AS 代发工资
    FROM range({rows}) t(i)
) TO '{file}' (HEADER)
"""


def run(results: Results) -> None:
    rows = results.rows(ROWS)
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        made = folder / "utf8.csv"
        duckdb.connect().execute(MAKE.format(rows=rows, file=made))
        extract = folder / "客户清单.csv"
        extract.write_bytes(made.read_bytes().decode("utf-8").encode("gb18030"))
        nth = count()

        def into_an_empty_warehouse() -> None:
            report = ingest([extract], warehouse=folder / f"warehouse{next(nth)}", as_of=AS_OF)
            wrong = len(range(7, rows, 1000))
            if (report.read, report.loaded, report.quarantined) != (rows, rows - wrong, wrong):
                raise SystemExit(f"{report.loaded} of {report.read} rows were loaded; this is not what was to be timed")

        def again() -> None:
            if ingest([extract], warehouse=folder / "warehouse0", as_of=AS_OF).changed:
                raise SystemExit("the same extract again changed the snapshot")

        results.note(rows=rows, megabytes=round(extract.stat().st_size / 1e6, 1), columns=7, encoding="gb18030")
        results.side_by_side("customers CSV", rows, {"ingest": into_an_empty_warehouse, "the same again": again})
