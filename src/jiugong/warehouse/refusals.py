"""Why a file is refused: one sentence in each language for each code, for the person who must mend the file.

The codes are stable. An English sentence goes on after the place (`a.csv, row 3: …`), a Chinese one after 《a.csv》第 3 行：.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import InputError

_SAVE_AS = "open it in Excel or WPS and save it as .xlsx", "请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传"
_KINDS: Mapping[str, tuple[str, str]] = {
    "csv": ("text, such as CSV", "文本文件（CSV）"),
    "xlsx": ("an Excel workbook", "Excel 工作簿"),
    "parquet": ("a Parquet file", "Parquet 文件"),
    "pdf": ("a PDF document", "PDF 文档"),
    "rtf": ("an RTF document", "RTF 文档"),
    "gzip": ("a packed file (gzip)", "压缩文件（gzip）"),
    "7z": ("a packed file (7z)", "压缩文件（7z）"),
    "rar": ("a packed file (RAR)", "压缩文件（RAR）"),
    "sqlite": ("a database (SQLite)", "数据库文件（SQLite）"),
    "picture": ("a picture", "图片"),
}

SENTENCES: Mapping[str, tuple[str, str]] = {
    # before it is opened
    "no_such_file": ("no such file; check the path", "没有这个文件，请核对路径"),
    "may_not_be_read": ("may not be read by this user; change its permissions", "没有读取权限，请让管理员放开"),
    "empty": ("is empty (0 bytes); give a file with a header row", "是空文件（0 字节），请重新导出"),
    "other_ending": ("ends in '{ending}'; give one of {endings}", "后缀为“{ending}”，只收 {endings}"),
    "no_mapping": (
        "is no mapping: give a TOML file of at most {most} MB (docs/reference/ingest.md shows one)",
        "不是映射文件：请给出不超过 {most} MB 的 TOML 文件",
    ),
    # what it is instead
    "is_misnamed": (
        "is {what_en}, though its name ends in '{ending}'; give it the right ending, or export it again",
        "实际是{what_zh}，文件名却以“{ending}”结尾；请改正后缀，或重新导出",
    ),
    "is_other": (
        "is {what_en}, no table; export the list as .xlsx or CSV",
        "实际是{what_zh}，不是表格；请把名单导出为 .xlsx 或 CSV",
    ),
    "is_pdf": ("is a PDF document, no table; export the list as .xlsx or CSV", "是 PDF 文档，不是表格；请把名单导出为 .xlsx 或 CSV"),
    "is_old_workbook": (f"is a workbook of the old kind (.xls, .et); {_SAVE_AS[0]}", f"是旧格式的工作簿（.xls、.et）；{_SAVE_AS[1]}"),
    "is_old_office": (f"is an old Office file, or a locked one; {_SAVE_AS[0]}", f"是旧格式或加密的 Office 文件；{_SAVE_AS[1]}"),
    "is_macro_workbook": (f"is a workbook with macros (.xlsm); {_SAVE_AS[0]}", f"是带宏的工作簿（.xlsm）；{_SAVE_AS[1]}"),
    "is_binary_workbook": (f"is a binary workbook (.xlsb); {_SAVE_AS[0]}", f"是二进制工作簿（.xlsb）；{_SAVE_AS[1]}"),
    "is_open_document": (f"is an OpenDocument table (.ods); {_SAVE_AS[0]}", f"是 OpenDocument 表格（.ods）；{_SAVE_AS[1]}"),
    "is_locked": (
        "is locked with a password; open it, take the password off (File, Info, Protect Workbook) and save it again",
        "设有打开密码；请打开后取消密码（文件→信息→保护工作簿），保存后再上传",
    ),
    "is_word": (
        "is a Word document, no table; copy the table into a workbook and save it as .xlsx",
        "是 Word 文档，不是表格；请把表格复制到工作簿中，存为 .xlsx",
    ),
    "is_presentation": ("is a presentation, no table; export the list as .xlsx", "是演示文稿，不是表格；请把名单导出为 .xlsx"),
    "is_archive": ("is a packed archive; unpack it and give the files in it", "是压缩包；请解压后上传其中的文件"),
    "is_web_page": (
        f"is a web page or XML that was saved under another ending (many systems export so); {_SAVE_AS[0]}",
        f"实际是网页或 XML（不少系统这样导出）；{_SAVE_AS[1]}",
    ),
    "is_binary": (
        "holds bytes 0: it is no text, or UTF-16 without its mark; save it as CSV UTF-8",
        "含有空字节：不是文本，或是没有标记的 UTF-16；请另存为 CSV UTF-8",
    ),
    # text
    "damaged_utf8": (
        "is UTF-8 text, but byte {byte:,} belongs to no character: the file was damaged; export it again as CSV UTF-8 (if "
        "it is another encoding after all, name it in the mapping: encoding = …)",
        "是 UTF-8 文本，但第 {byte:,} 个字节不成字符：文件已损坏，请重新导出为 CSV UTF-8",
    ),
    "no_encoding": (
        "is neither UTF-8 nor GB18030 text: byte {byte:,} belongs to no character; save it as CSV UTF-8, or name the "
        "encoding in the mapping (encoding = …)",
        "既不是 UTF-8 也不是 GB18030 文本：第 {byte:,} 个字节不成字符；请另存为 CSV UTF-8，或选定编码",
    ),
    "other_encoding": (
        "is not {encoding} text: byte {byte:,} belongs to no character; correct the encoding in the mapping, or leave it out",
        "不是 {encoding} 文本：第 {byte:,} 个字节不成字符；请改选编码，或不指定编码",
    ),
    "no_rows_and_fields": (
        "cannot be cut into rows and fields; look for a quotation mark that is not closed",
        "无法分成行和列；请查找没有成对的引号",
    ),
    "open_quote": (
        "has a quotation mark that is not closed, which swallows the rows after it; close it",
        "有一个引号没有成对，把后面的行都吞了进去；请补上引号",
    ),
    "unreadable_header": ("has no readable header row ({why}); is it a CSV file?", "没有可读的表头（{why}）；这是 CSV 文件吗？"),
    "no_header": (
        "has no header in row {number}; give a file whose first row names the columns",
        "第 {number} 行没有表头；请让第一行写明各列的名称",
    ),
    "header_too_long": (
        "has a header of more than {most} MB from row {number} on; this is no table of ours, or a quotation mark is not closed",
        "从第 {number} 行起表头超过 {most} MB；这不像名单，或有引号没有成对",
    ),
    # workbooks
    "not_a_workbook": (
        "is not an Excel workbook that can be opened (damaged, or cut off while it was copied); save it again as .xlsx",
        "打不开：不是完好的 Excel 工作簿（已损坏，或传输中断）；请重新存为 .xlsx",
    ),
    "no_such_sheet": ("has no sheet '{name}', but {names}; name one of these", "没有名为“{name}”的工作表，只有 {names}；请选其中一张"),
    "strange_parts": (
        "holds parts that no workbook has (paths that lead out of it, or thousands of parts); export it again from its source",
        "含有工作簿不会有的内容（指向外部的路径，或成千上万个部件）；请从源头重新导出",
    ),
    "has_entities": (
        "holds XML declarations (DOCTYPE) that no workbook has; export it again from its source",
        "含有工作簿不会有的 XML 声明（DOCTYPE）；请从源头重新导出",
    ),
    "unpacks_too_big": (
        "unpacks to more than {most} MB; delete pictures and stray cells, or save the sheet as CSV",
        "解压后超过 {most} MB；请删去图片和多余的单元格，或存为 CSV",
    ),
    "packed_too_well": (
        "unpacks to more than {ratio} times its size, as no list does; delete empty formatted rows, or save the sheet as CSV",
        "解压后超过原大小的 {ratio} 倍，名单不会这样；请删去空白的带格式行，或存为 CSV",
    ),
    "stray_cells": (
        "has a cell far outside the data (in column {letters}); delete the empty rows and columns around the list, or save it as CSV",
        "数据之外很远处（{letters} 列）还有单元格；请删去名单四周的空行空列，或存为 CSV",
    ),
    "long_header": (
        "has a header of more than {most} characters in column {letters}; shorten it, or look for a quotation mark that is not closed",
        "{letters} 列的表头超过 {most} 个字符；请改短，或查找没有成对的引号",
    ),
    # Parquet
    "not_parquet": ("is not a Parquet file that can be opened; write it again", "打不开：不是完好的 Parquet 文件；请重新导出"),
    # the table in it
    "other_shape": (
        "has {found} fields where the header has {expected}; mend the separators or quotation marks",
        "有 {found} 个字段，表头有 {expected} 个；请核对分隔符和引号",
    ),
    "header_twice": ("stands in the header more than once; rename one of them", "在表头中出现了不止一次；请改名"),
    "forbidden_header": (
        "must not be held (passwords, card secrets, biometrics, credit-bureau data); have the extract made again without "
        "it, and delete this one",
        "不得保存（密码、卡片敏感信息、生物特征、征信数据）；请去掉该列重新导出，并删除这份文件",
    ),
    "two_headers": (
        "'{one}' and '{other}' both stand for {name}; leave one out in the mapping (\"{other}\" = \"\")",
        "“{one}”和“{other}”都对应{said}；请把其中一列设为不使用",
    ),
    "missing_column": (
        "required for {table}, and no header of the file stands for it; {hint}; name it in a mapping ([file.columns] "
        "\"{near}\" = \"{name}\") or head the column '{name}'",
        "缺少必需的列{said}；{hint_zh}；请指定哪一列是{said}，或把表头改为“{said}”",
    ),
    "nested_column": ("holds {what} and no plain values; export it as text", "存的是 {what}，不是普通的值；请导出为文本"),
    # limits
    "too_many_rows": ("has more than {most:,} rows; cut it into several files", "超过 {most:,} 行；请分成几个文件"),
    "too_many_columns": (
        "has {found:,} columns, more than {most:,}; give only the columns that are needed",
        "有 {found:,} 列，超过 {most:,} 列；请只保留需要的列",
    ),
    "too_much": (
        "could not be read within {megabytes:,} MB and {seconds:,} s (the reading process ended with {ended}); cut it into several files",
        "在 {megabytes:,} MB 内存和 {seconds:,} 秒内读不完；请分成几个文件",
    ),
    "too_much_workbook": (
        "could not be read within {megabytes:,} MB and {seconds:,} s (the reading process ended with {ended}); delete the stray "
        "cells far outside the data, or save the sheet as CSV",
        "在 {megabytes:,} MB 内存和 {seconds:,} 秒内读不完；请删去数据之外的单元格，或存为 CSV",
    ),
    "unreadable": (
        "cannot be read, and the reader does not know why; export it again, or save it as CSV UTF-8",
        "无法读取，原因不明；请重新导出，或另存为 CSV UTF-8",
    ),
}  # fmt: skip


def refusal(code: str, *, file: str = "", sheet: str = "", row: int | None = None, column: str = "", **facts: Any) -> InputError:  # fmt: skip
    """The error of a code; an unknown code, or facts that do not fit it, is `unreadable`."""
    what = _KINDS.get(str(facts.get("what", "")), ("something else", "其他文件"))
    words = {**facts, "what_en": what[0], "what_zh": what[1], "letters": letters(facts.get("number", 1))}
    try:
        english, chinese = (sentence.format(**words) for sentence in SENTENCES[code])
    except (KeyError, ValueError):
        code = "unreadable"
        english, chinese = SENTENCES[code]
    return InputError(english, file=file, sheet=sheet, row=row, column=column, code=code, chinese=chinese)


def letters(number: object) -> str:
    """1 is A, 16384 XFD."""
    left, text = number if isinstance(number, int) else 1, ""
    while left > 0:
        left, rest = divmod(left - 1, 26)
        text = chr(65 + rest) + text
    return text
