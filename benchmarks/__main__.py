"""Run the benchmarks: `python -m benchmarks [NAME ...] [--scale X] [--out DIR]`."""

from __future__ import annotations

import argparse
import pkgutil
from importlib import import_module
from pathlib import Path

from . import __path__ as places
from .results import Results

HERE = Path(__file__).parent


def names() -> list[str]:
    """Every file with a function `run`."""
    return [
        module.name
        for module in pkgutil.iter_modules(places)
        if not module.name.startswith("_") and module.name != "results"
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="*", choices=[[], *names()], help="all if none is named")
    parser.add_argument("--scale", type=float, default=1.0, help="of every size; 0.01 for a trial")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), help="only this one; both if none is named")
    parser.add_argument("--out", type=Path, default=HERE / "results")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name in arguments.name or names():
        results = Results(name, arguments.scale, arguments.repeats)
        if arguments.database:
            results.databases = (arguments.database,)
        import_module(f"{__package__}.{name}").run(results)
        print(f"{name:8} kept in {results.write(arguments.out).name}")


if __name__ == "__main__":
    main()
