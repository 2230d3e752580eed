"""The tree of errors.

    JiugongError                a programmer, or the maker of a file, must change something
    ├── MisuseError (ValueError)    a function was given what it cannot take
    ├── PolicyError (ValueError)    a policy file is wrong: file, line, key
    └── InputError (ValueError)     a data file is wrong: file, row, column

Each message says what was asked, what was found, what would be right, what to do next. No name, phone number or
account ever stands in one: exceptions end in logs.
"""

from __future__ import annotations


class JiugongError(Exception):
    """Anything this library raises on purpose. `code` is stable."""

    code = "error"


class MisuseError(JiugongError, ValueError):
    """A function was given what it cannot take."""

    code = "misuse"


class PolicyError(JiugongError, ValueError):
    """A policy file is wrong."""

    code = "policy"

    def __init__(self, message: str, *, file: str = "", line: int | None = None, key: str = "") -> None:
        self.file, self.line, self.key = file, line, key
        where = ":".join(str(part) for part in (file, line) if part)
        super().__init__(f"{where}: {message}" if where else message)


class InputError(JiugongError, ValueError):
    """A data file is wrong. `chinese`: the same in Chinese, for screens; the English text where there is none."""

    code = "input"

    def __init__(
        self,
        message: str,
        *,
        file: str = "",
        sheet: str = "",
        row: int | None = None,
        column: str = "",
        code: str = "",
        chinese: str = "",
    ) -> None:
        self.file, self.sheet, self.row, self.column = file, sheet, row, column
        self.code = code or self.code
        named = (
            file,
            f"sheet '{sheet}'" if sheet else "",
            f"row {row}" if row else "",
            f"column '{column}'" if column else "",
        )
        parts = [part for part in named if part]
        text = f"{', '.join(parts)}: {message}" if parts else message
        self.chinese = f"{self._place()}{chinese}" if chinese else text
        super().__init__(text)

    def _place(self) -> str:
        file, sheet = f"《{self.file}》" if self.file else "", f"工作表“{self.sheet}”" if self.sheet else ""
        row, column = f"第 {self.row} 行" if self.row else "", f"“{self.column}”列" if self.column else ""
        place = f"{file}{sheet}{row}{column}"
        return f"{place}：" if place else ""
