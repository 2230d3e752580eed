"""The canonical tables: what each column holds, which are required, and what makes a row one of its kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pyarrow as pa

MONEY = pa.decimal128(18, 2)
LARGEST_AMOUNT = 10_000_000_000  # yuan, exclusive: no person's; where more is written, it is a slip of units
LONGEST_ID = 40  # characters
ARROW_TYPES: Mapping[str, pa.DataType] = MappingProxyType(
    {
        "id": pa.string(),
        "name": pa.string(),
        "text": pa.string(),
        "id_number": pa.string(),
        "mobile": pa.string(),
        "choice": pa.string(),
        "money": MONEY,
        "date": pa.date32(),
        "month": pa.date32(),  # its first day
        "instant": pa.timestamp("us"),
        "bool": pa.bool_(),
        "integer": pa.int64(),
    }
)
# A number cell of a spreadsheet has lost leading zeros, and digits from the sixteenth on.
NEVER_A_NUMBER = frozenset({"id", "id_number", "mobile"})


@dataclass(frozen=True)
class Column:
    """One column. `past`: a date after the snapshot's date is an error. `personal`: masked wherever it is shown.

    `span`: the least and the largest whole number.
    """

    name: str
    kind: str
    required: bool = False
    choices: tuple[str, ...] = ()
    past: bool = False
    personal: bool = False
    span: tuple[int, int] | None = None

    @property
    def type(self) -> pa.DataType:
        return ARROW_TYPES[self.kind]


@dataclass(frozen=True)
class TableContract:
    """One table. `key`: the columns that name a row (null is a value here); empty: rows are counted, not named."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)

    @property
    def schema(self) -> pa.Schema:
        return pa.schema([(column.name, column.type) for column in self.columns])

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


CATEGORIES = ("demand", "time", "large_cd", "wealth", "fund", "insurance", "bond", "other")
_OWNER = Column("customer_id", "id", required=True)

TABLES: Mapping[str, TableContract] = MappingProxyType(
    {
        table.name: table
        for table in (
            TableContract(
                "customers",
                (
                    _OWNER,
                    Column("name", "name", personal=True),
                    Column("id_type", "text"),
                    Column("id_number", "id_number", personal=True),
                    Column("birth_date", "date", past=True, personal=True),
                    Column("mobile", "mobile", personal=True),
                    Column("occupation", "text"),
                    Column("branch_id", "id"),
                    Column("manager_id", "id"),
                    Column("opened_on", "date", past=True),
                    Column("annual_income", "money"),
                    Column("income_source", "choice", choices=("payroll", "stated", "estimated", "document")),
                    Column("income_as_of", "date", past=True),
                    Column("payroll", "bool"),
                    Column("card_holder", "bool"),
                    Column("mobile_active", "bool"),
                    Column("risk_capacity", "choice", choices=("C1", "C2", "C3", "C4", "C5")),
                    Column("risk_test_expires_on", "date"),
                    Column("consent_call", "bool"),
                    Column("consent_sms", "bool"),
                    Column("do_not_call", "bool"),
                    Column("status", "choice", choices=("active", "deceased", "frozen", "employee", "closed")),
                ),
                key=("customer_id",),
            ),
            TableContract(
                "balances",
                (
                    _OWNER,
                    Column("category", "choice", required=True, choices=CATEGORIES),
                    Column("month", "month", required=True, past=True),
                    Column("average_daily", "money", required=True),
                    Column("month_end", "money"),
                    Column("account_id", "id"),
                ),
                key=("customer_id", "category", "month", "account_id"),
            ),
            TableContract(
                "loans",
                (
                    Column("loan_id", "id", required=True),
                    _OWNER,
                    Column(
                        "kind",
                        "choice",
                        choices=("mortgage_new_home", "mortgage_resale", "consumer", "business", "card"),
                    ),
                    Column("drawn_on", "date", past=True),
                    Column("principal", "money"),
                    Column("outstanding", "money"),
                    Column("due_day", "integer", span=(1, 31)),
                    Column("overdue", "bool"),
                    Column("decision_pending", "bool"),
                ),
                key=("loan_id",),
            ),
            TableContract(
                "maturities",
                (
                    _OWNER,
                    Column("product", "text"),
                    Column("category", "choice", choices=CATEGORIES),
                    Column("amount", "money", required=True),
                    Column("matures_on", "date", required=True),
                ),
            ),
            TableContract(
                "transactions",
                (
                    _OWNER,
                    Column("account_id", "id"),
                    Column("booked_at", "instant", required=True, past=True),
                    Column("amount", "money", required=True),
                    Column("kind", "text"),
                    Column("channel", "text"),
                ),
            ),
            TableContract(
                "contacts",
                (
                    _OWNER,
                    Column("at", "instant", required=True, past=True),
                    Column("channel", "choice", choices=("call", "visit", "sms", "wecom", "mail")),
                    Column("outcome", "text"),
                    Column("campaign", "text"),
                    Column("staff_id", "id"),
                ),
            ),
            TableContract(
                "branches",
                (
                    Column("branch_id", "id", required=True),
                    Column("parent_id", "id"),
                    Column("name", "text", required=True),
                    Column("level", "text"),
                    Column("class", "text"),
                ),
                key=("branch_id",),
            ),
            TableContract(
                "staff",
                (
                    Column("staff_id", "id", required=True),
                    Column("name", "text", required=True),
                    Column("branch_id", "id", required=True),
                    Column("post", "text", required=True),
                    Column("hours_per_week", "integer", span=(0, 168)),
                ),
                key=("staff_id",),
            ),
        )
    }
)


def _customer_list() -> TableContract:
    """What a branch has in Excel: a row per customer (or per loan of one), with balances by category and a loan beside it."""
    loans = TABLES["loans"]
    kinds = (*loans.column("kind").choices, "mortgage")
    return TableContract(
        CUSTOMER_LIST,
        (
            *TABLES["customers"].columns,
            *(Column(name, "money") for category in CATEGORIES for name in (category, f"{category}_end")),
            Column("total", "money"),
            Column("loan_id", "id"),
            Column("loan_kind", "choice", choices=kinds),
            Column("new_home", "bool"),
            *(loans.column(name) for name in LOAN_FACTS),
        ),
    )


CUSTOMER_LIST = "customer_list"
LOAN_FACTS = ("drawn_on", "principal", "outstanding", "due_day", "overdue", "decision_pending")
# What a file can be read as: the canonical tables, and lists that are split into them (`lists.py`).
READABLE: Mapping[str, TableContract] = MappingProxyType({**TABLES, CUSTOMER_LIST: _customer_list()})
