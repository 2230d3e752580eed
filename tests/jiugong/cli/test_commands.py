"""Registration of command files, and what a user sees when something is wrong."""

from __future__ import annotations

import subprocess
import sys

import pytest
import typer

from jiugong import cli
from jiugong.errors import InputError


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch):
    """`failing(error)` puts a command `probe` into the application that raises it."""

    def install(error: BaseException) -> None:
        def build() -> typer.Typer:
            app = typer.Typer()
            app.callback()(lambda: None)

            @app.command()
            def probe(number: int = 0) -> None:
                raise error

            return app

        monkeypatch.setattr(cli, "build_app", build)

    return install


def test_wrong_input_is_one_message_and_exit_1(failing, capsys: pytest.CaptureFixture[str]) -> None:
    failing(InputError("empty; give a file with a header", file="a.csv"))
    assert cli.run(["probe"]) == 1
    captured = capsys.readouterr()
    assert captured.err == "jiugong: a.csv: empty; give a file with a header\n"
    assert captured.out == ""


def test_operating_system_error_is_one_message(failing, capsys: pytest.CaptureFixture[str]) -> None:
    failing(OSError(28, "No space left on device", "/somewhere"))
    assert cli.run(["probe"]) == 1
    assert capsys.readouterr().err == "jiugong: /somewhere: No space left on device\n"


def test_wrong_usage_is_exit_2(failing, capsys: pytest.CaptureFixture[str]) -> None:
    failing(AssertionError("not reached"))
    assert cli.run(["probe", "--number", "many"]) == 2
    assert "--number" in capsys.readouterr().err


def test_the_programmers_own_mistake_is_not_hidden(failing) -> None:
    failing(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        cli.run(["probe"])


def test_commands_of_the_desk_are_listed_with_the_librarys() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from jiugong.cli import main; main()", "--help"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "serve" in done.stdout
    assert "demo" in done.stdout
