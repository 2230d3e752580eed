"""Valid files of one table of customers, in every kind that is read."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

HEADERS = ["客户号", "姓名", "身份证号", "手机号", "开户日期", "年收入（万元）", "代发"]
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_number(place: int) -> str:
    body = f"9900001988{place % 12 + 1:02d}{place % 28 + 1:02d}{place:03d}"
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, _WEIGHTS, strict=True)) % 11]


def rows(count: int = 12) -> list[list[str]]:
    return [
        [
            f"{place:06d}", "测试" + "甲乙丙丁"[place % 4], id_number(place), f"140{place:08d}",
            (date(2020, 1, 1) + timedelta(37 * place)).isoformat(), str(Decimal(place * 137) / 100), "是否"[place % 2],
        ]
        for place in range(count)
    ]  # fmt: skip


def csv_text(separator: str = ",", end: str = "\r\n") -> str:
    return end.join(separator.join(row) for row in [HEADERS, *rows()]) + end


def workbook(table: list[list[object]] | None = None, *, sheet: str = "清单", title: str = "") -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet)
        shift = 0
        if title:
            page.merge_range(0, 0, 0, 6, title)
            shift = 1
        for place, row in enumerate(table if table is not None else [HEADERS, *rows()], shift):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    page.write_string(place, column, cell)
                else:
                    page.write(place, column, cell)
    return content.getvalue()


def parquet(columns: dict[str, pa.Array] | None = None) -> bytes:
    sink = io.BytesIO()
    table = pa.table(
        columns or {name: pa.array(cells) for name, cells in zip(HEADERS, zip(*rows(), strict=True), strict=True)}
    )
    pq.write_table(table, sink, compression="zstd", write_page_checksum=True)
    return sink.getvalue()


SEEDS: dict[str, bytes] = {
    "utf8.csv": csv_text().encode(),
    "gb18030.csv": csv_text().encode("gb18030"),
    "utf16.csv": csv_text("\t").encode("utf-16"),
    "semicolon.txt": ("客户清单\n\n" + csv_text(";", "\n")).encode("utf-8-sig"),
    "quoted.csv": csv_text().replace("测试甲", '"测试,甲"').replace("测试乙", '"测试""乙"').encode(),
    "plain.xlsx": workbook(),
    "titled.xlsx": workbook(title="东城支行客户清单"),
    "plain.parquet": parquet(),
}
