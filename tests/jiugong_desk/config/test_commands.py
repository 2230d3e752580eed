"""`jiugong admin` and `jiugong serve` as an administrator meets them: processes of their own, on folders of their own."""

from __future__ import annotations

import re
import shutil
import socket
import sqlite3
import stat
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from django.db import connection

from tests.support.commands import Done, clean_environment, run

JIUGONG = [sys.executable, "-c", "from jiugong.cli import main; main()"]
PASSWORD = re.compile(r"[2-9a-z]{5}(-[2-9a-z]{5}){3}")
pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="the commands make desks of their own, on SQLite")


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A desk with a head office and its administrator. Tests that change it take a copy."""
    home = tmp_path_factory.mktemp("made") / "desk"
    assert run("admin", "init", "--dir", home).code == 0
    add_unit = ("admin", "add-unit", "--dir", home, "--code", "HO", "--name", "总行", "--kind", "head_office")
    assert run(*add_unit).code == 0
    return home


@pytest.fixture
def home(made, tmp_path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "desk"))


def staff(home: Path, *, number: str = "9007", role: str = "administrator", unit: str = "HO") -> Done:
    who = ("--staff-no", number, "--name", "卫管", "--role", role, "--unit", unit)
    return run("admin", "add-staff", "--dir", home, *who)


def names(home: Path) -> list[str]:
    with sqlite3.connect(home / "desk.sqlite3") as database:
        found = [row[0] for row in database.execute("SELECT staff_no FROM organisation_staff ORDER BY 1")]
    database.close()
    return found


def test_what_the_desk_writes_is_for_its_owner_alone(tmp_path):
    (tmp_path / "open").mkdir(mode=0o755)
    assert run("admin", "init", "--dir", tmp_path / "open").code == 0
    files = [path for path in (tmp_path / "open").rglob("*") if path.is_file()]
    assert len(files) >= 4
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_a_person_is_added_with_a_password_shown_once(home):
    done = staff(home)
    assert (done.code, names(home)) == (0, ["9007"])
    assert PASSWORD.search(done.out)
    again = run("admin", "set-password", "--dir", home, "--staff-no", "9007")
    assert PASSWORD.search(again.out)[0] != PASSWORD.search(done.out)[0]


def test_refusals_say_what_was_found_and_what_to_do(home):
    assert staff(home, unit="HX").error == "jiugong: no unit HX; the first units are: HO.\n"
    assert "The policy has no role “boss”. Compare the role with the policy file." in staff(home, role="boss").error
    kind = run("admin", "add-unit", "--dir", home, "--code", "B", "--name", "分行", "--kind", "planet")
    assert "kind 'planet' is unknown; it is one of: head_office, branch" in kind.error
    taken = run("admin", "add-unit", "--dir", home, "--code", "HO", "--name", "总行", "--kind", "head_office")
    assert "Unit code HO is taken. Choose another" in taken.error
    nobody = run("admin", "set-password", "--dir", home, "--staff-no", "77")
    assert "no staff number 77; add the person with `jiugong admin add-staff`" in nobody.error
    assert {kind.code, taken.code, nobody.code} == {1}
    assert names(home) == []


def test_a_folder_without_a_desk_is_refused(tmp_path):
    for command in (("admin", "check"), ("serve",)):
        done = run(*command, "--dir", tmp_path / "nowhere")
        assert done.code == 1
        assert "no desk in this folder; make one with `jiugong admin init" in done.error
    assert not (tmp_path / "nowhere").exists()


def test_a_lost_database_is_not_replaced_by_an_empty_one(home):
    (home / "desk.sqlite3").unlink()
    for command in (("admin", "audit-verify"), ("serve", "--port", free_port())):
        done = run(*command, "--dir", home)
        assert done.code == 1
        assert "desk.sqlite3 is missing; put a backup in its place with `jiugong admin restore`" in done.error
    assert not (home / "desk.sqlite3").exists()


@pytest.mark.parametrize("page", [0, 3], ids=["no database", "a page overwritten"])
def test_a_damaged_database_is_named_and_left_alone(home, page):
    file = home / "desk.sqlite3"
    content = bytearray(file.read_bytes())
    content[page * 4096 : page * 4096 + 40 * 4096] = bytes(range(256)) * 16 * 40
    file.write_bytes(content)
    for command in (("admin", "check"), ("serve", "--port", free_port()), ("admin", "backup", "--out", home / "copy")):
        done = run(*command, "--dir", home)
        assert done.code == 1
        assert "damaged" in done.error
        assert "backup" in done.error
    assert file.read_bytes() == bytes(content)
    assert not (home / "copy").exists()


def test_a_tampered_audit_record_is_found_and_named(home):
    staff(home)
    sound = run("admin", "audit-verify", "--dir", home)
    assert (sound.code, sound.out) == (0, "audit sound: 3 records in 2 chains\n")
    with sqlite3.connect(home / "desk.sqlite3") as database:
        triggers = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        for trigger in triggers:
            database.execute(f"DROP TRIGGER {trigger}")
        database.execute("UPDATE audit_auditrecord SET by = '1001' WHERE verb = 'staff.created'")
    database.close()
    done = run("admin", "audit-verify", "--dir", home)
    assert done.code == 1
    assert done.error == "audit chain HO, record 2: changed after it was written\n"


def test_the_lot_is_drawn_once_and_can_be_drawn_again(home):
    drawn = run("admin", "quality-draw", "--dir", home)
    lines = drawn.out.splitlines()
    assert (drawn.code, len(lines)) == (0, 7)
    assert all(line.endswith(": 0 calls, 0 drawn") for line in lines)
    assert "nothing to draw" in run("admin", "quality-draw", "--dir", home).out
    day = lines[0].split(":")[0]
    again = run("admin", "quality-draw", "--dir", home, "--again", day)
    assert again.code == 0
    assert again.out.startswith(f"{day}: seed ")
    never = run("admin", "quality-draw", "--dir", home, "--again", "2001-01-01")
    assert never.code == 1
    assert "2001-01-01 has no lot; `jiugong admin quality-draw` draws" in never.error


def test_a_backup_can_be_put_back(home, tmp_path):
    staff(home, number="9007")
    copy = tmp_path / "monday.sqlite3"
    assert "backup written" in run("admin", "backup", "--dir", home, "--out", copy).out
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert "not written over" in run("admin", "backup", "--dir", home, "--out", copy).error
    staff(home, number="9008")
    done = run("admin", "restore", "--dir", home, "--from", copy)
    assert done.code == 0
    assert "before-restore-1" in done.out
    assert names(home) == ["9007"]
    assert run("admin", "check", "--dir", home).code == 0
    assert run("admin", "audit-verify", "--dir", home).code == 0
    with sqlite3.connect(home / "desk.sqlite3.before-restore-1") as kept:
        assert kept.execute("SELECT count(*) FROM organisation_staff").fetchone() == (2,)
    kept.close()


def test_a_backup_survives_the_loss_of_the_database(home, tmp_path):
    """Its write-ahead log, left behind by a killed site, is not played into the copy."""
    staff(home)
    run("admin", "backup", "--dir", home, "--out", tmp_path / "copy")
    (home / "desk.sqlite3").unlink()
    (home / "desk.sqlite3-wal").write_bytes(b"left behind")
    assert run("admin", "restore", "--dir", home, "--from", tmp_path / "copy").code == 0
    assert names(home) == ["9007"]
    assert run("admin", "check", "--dir", home).code == 0


@pytest.mark.parametrize(
    ("content", "told"),
    [(None, "no such file"), (b"not a database", "damaged"), (b"", "no desk's database")],
    ids=["missing", "damaged", "empty"],
)
def test_what_is_no_backup_is_not_put_back(home, tmp_path, content, told):
    if content is not None:
        (tmp_path / "copy").write_bytes(content)
    before = (home / "desk.sqlite3").read_bytes()
    done = run("admin", "restore", "--dir", home, "--from", tmp_path / "copy")
    assert done.code == 1
    assert told in done.error
    assert (home / "desk.sqlite3").read_bytes() == before
    assert [path.name for path in home.iterdir() if "draft" in path.name] == []


def test_wrong_settings_stop_the_start(home):
    def check(**environment: str) -> str:
        done = run("admin", "check", "--dir", home, **environment)
        assert done.code == 1, environment
        return done.error

    assert "no such file" in check(JIUGONG_POLICY="/nowhere/policy.toml")
    assert "it takes sqlite:///PATH or postgresql://" in check(JIUGONG_DATABASE="oracle://x")
    assert "it takes a whole number, such as 900" in check(JIUGONG_SESSION_IDLE_SECONDS="a while")
    assert "is no key" in check(JIUGONG_FIELD_KEYS="abc")
    closed = check(JIUGONG_DATABASE=f"postgresql://teller:secret-word@127.0.0.1:{free_port()}/desk")
    assert "did not let user 'teller' into database 'desk'" in closed
    assert "secret-word" not in closed


def test_a_load_needs_a_steward_and_a_snapshot(home):
    assert "load one with `jiugong ingest`" in run("admin", "load", "--dir", home, "--by", "9007").error


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_busy_port_is_refused_with_another_to_try(home):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        done = run("serve", "--dir", home, "--port", port)
    assert done.code == 1
    assert f"port {port} on 127.0.0.1 cannot be used" in done.error
    assert f"choose another with --port {port + 1}" in done.error


def test_the_site_answers_and_ends_when_it_is_told(home):
    port = free_port()
    site = subprocess.Popen(
        [*JIUGONG, "serve", "--dir", str(home), "--port", str(port)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=clean_environment(JIUGONG_WORKERS="1"),
    )  # fmt: skip
    try:
        page = answer_of(f"http://127.0.0.1:{port}/login/", site)
        assert "零售客户营销工作台" in page
        style = re.search(r'href="(/static/vendor/tabler[^"]+)"', page)[1]
        assert "--tblr" in answer_of(f"http://127.0.0.1:{port}{style}", site)
        site.terminate()
        out, error = site.communicate(timeout=30)
    finally:
        if site.poll() is None:
            site.kill()
            site.communicate()
    assert site.returncode == 0
    assert f"http://127.0.0.1:{port}/" in out
    assert error == ""


def answer_of(address: str, site: subprocess.Popen[str]) -> str:
    """The page, as soon as the site answers."""
    for _ in range(300):
        try:
            with urlopen(address, timeout=10) as answer:
                return answer.read().decode()
        except URLError:
            assert site.poll() is None, site.communicate()
            time.sleep(0.1)
    raise AssertionError("no answer in half a minute")
