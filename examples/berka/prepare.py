"""The Czech bank's tables into extracts that `jiugong ingest` takes.

    python examples/berka/prepare.py FOLDER_OF_THE_DATA --out FOLDER_OF_THE_EXTRACTS

What is computed, and why so, stands in prepare.sql; README.md explains the choices.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

import duckdb

TABLES = ("account", "card", "client", "disp", "district", "loan")
EXTRACTS = ("customers", "balances", "loans")
AS_OF, KNOWN = date(1998, 12, 31), date(1997, 12, 31)

# Each account's age in derived_account_features counts to one and the same day: the day of its last balance.
REACHES = "SELECT DISTINCT strptime(a.date, '%y%m%d')::DATE + f.tenure_days::INT FROM derived f JOIN account a USING (account_id)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="account.asc, client.asc, … of the PKDD'99 challenge")
    parser.add_argument("--out", type=Path, required=True, help="folder for customers.csv, balances.csv, loans.csv")
    arguments = parser.parse_args()
    for name, count in prepare(arguments.data, arguments.out).items():
        print(f"{name}.csv: {count:,} rows")


def prepare(data: Path, out: Path) -> dict[str, int]:
    """Write the extracts; how many rows each has."""
    base = duckdb.connect()
    files = {name: data / f"{name}.asc" for name in TABLES}
    files |= {"trans": data / "trans_19930101_19940331.asc", "derived": data / "derived_account_features.csv"}
    for name, file in files.items():
        if not file.is_file():
            sys.exit(f"{file}: no such file; give the folder that holds {', '.join(f.name for f in files.values())}")
        base.read_csv(str(file), header=True, all_varchar=True, quotechar='"').create(name)
    found = [row[0] for row in base.execute(REACHES).fetchall()]
    if found != [KNOWN]:
        sys.exit(f"{files['derived'].name}: its balances are of {found}, not of {KNOWN}; look at it before going on")
    script = Path(__file__).with_name("prepare.sql").read_text(encoding="utf-8")
    for name, day in (("$as_of", AS_OF), ("$known", KNOWN)):
        script = script.replace(name, f"DATE '{day}'")
    base.execute(script)
    out.mkdir(parents=True, exist_ok=True)
    for name in EXTRACTS:
        base.table(name).write_csv(str(out / f"{name}.csv"))
    return {name: base.table(name).shape[0] for name in EXTRACTS}


if __name__ == "__main__":
    main()
