"""The example client drives the real interface over HTTP, as a connector of a bank would."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from jiugong_desk.core import clock
from jiugong_desk.telephony import queries, services
from jiugong_desk.telephony.models import Event

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / "examples" / "pbx" / "pbx.py"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def attached(cast):
    now = clock.now()
    pbx, secret = services.attach(name="总机", by=cast.admin, at=now)
    services.give_extension(pbx, number="8001", staff=cast.wang, by=cast.admin, at=now - clock.timedelta(hours=1))
    return pbx, secret


@pytest.fixture
def run(attached, live_server, tmp_path):
    pbx, secret = attached

    def client(*arguments: str, address: str = "", with_secret: str = secret) -> subprocess.CompletedProcess[str]:
        where = address or f"{live_server.url}/telephony/events/"
        return subprocess.run(
            [sys.executable, "-I", CLIENT, "--address", where, "--key", pbx.ref, "--spool", tmp_path / "spool", *arguments],
            env={"PBX_SECRET": with_secret, "PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip

    return client


def test_a_whole_call_arrives(cast, run):
    done = run("call", "--extension", "8001", "--talk", "65", "--recording", "2026/01/07/8001-42.wav")
    assert done.returncode == 0, done.stderr
    found = queries.current_call(cast.wang, clock.now())
    assert (found.state, found.talk_seconds, found.recordings) == ("ended", 65, ("2026/01/07/8001-42.wav",))
    assert Event.objects.count() == 4


def test_ringing_then_talking_then_nothing(cast, run):
    for kind, state in (("ringing", "ringing"), ("answered", "talking"), ("ended", "ended")):
        assert run("event", "--kind", kind, "--extension", "8001", "--call", "c1").returncode == 0
        assert queries.current_call(cast.wang, clock.now()).state == state


def test_what_could_not_be_delivered_arrives_later_and_once(cast, run, tmp_path):
    away = run("call", "--extension", "8001", "--talk", "20", address="http://127.0.0.1:9/telephony/events/")
    assert (away.returncode, Event.objects.count()) == (1, 0)
    kept = (tmp_path / "spool").read_text("utf-8").splitlines()
    assert [json.loads(line)["kind"] for line in kept] == ["ringing", "answered", "ended"]
    done = run("event", "--kind", "ringing", "--extension", "8001", "--call", "next")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "spool").read_text("utf-8") == ""
    assert Event.objects.count() == 4
    (tmp_path / "spool").write_text("\n".join(kept) + "\n", "utf-8")  # the machine had died before it forgot them
    assert run("event", "--kind", "ended", "--extension", "8001", "--call", "next").returncode == 0
    assert Event.objects.count() == 5


def test_a_wrong_secret_and_a_number_are_refused(run):
    wrong = run("call", "--extension", "8001", with_secret="guessed")
    assert wrong.returncode == 1
    assert "401" in wrong.stderr
    assert not Event.objects.exists()


def test_a_telephone_number_is_dropped_with_its_code(run):
    told = run("event", "--kind", "ringing", "--extension", "8001", "--call", "sip:13800138000@pbx")
    assert told.returncode == 1
    assert "looks_like_a_number" in told.stderr
    assert "13800138000" not in told.stderr
    assert not Event.objects.exists()


def blocks(language: str) -> list[str]:
    page = (ROOT / "docs" / "reference" / "telephony.md").read_text("utf-8")
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)


@pytest.mark.parametrize("language", ["sh", "python"])
def test_the_contract_page_shows_how_to_sign(language, attached, live_server):
    """Run as it is printed: the shell's and Python's."""
    pbx, secret = attached
    program = ["bash", "-euo", "pipefail"] if language == "sh" else [sys.executable, "-"]
    done = subprocess.run(
        program, input=blocks(language)[0], capture_output=True, text=True, check=False, timeout=60,
        env={"PATH": os.environ["PATH"], "PBX_KEY": pbx.ref, "PBX_SECRET": secret, "DESK": live_server.url},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert Event.objects.get().kind == "ringing"
