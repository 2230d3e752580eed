"""Writers on SQLite take turns: nobody is left waiting, and a turn ends however its transaction ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from threading import Barrier, Thread

import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError, connection, transaction

from jiugong_desk.config.env import database
from jiugong_desk.config.in_turn import turns
from jiugong_desk.config.in_turn.base import DatabaseWrapper

HOLDER = """
import sys, time
import fcntl, os
turn = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
fcntl.flock(turn, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def desk(tmp_path, django_db_blocker):
    """`desk()`: another connection to one database."""
    settings = {**connection.settings_dict, **database(f"sqlite:///{tmp_path}/desk.sqlite3", tmp_path)}
    settings["OPTIONS"] = {**settings["OPTIONS"], "timeout": 0.2}
    opened = []

    def connect():
        opened.append(DatabaseWrapper(settings | {"CONN_MAX_AGE": 0}, "other"))
        opened[-1].inc_thread_sharing()
        return opened[-1]

    with django_db_blocker.unblock():
        with connect().cursor() as cursor:
            cursor.execute("CREATE TABLE t (n integer)")
            cursor.execute("INSERT INTO t VALUES (0)")
        yield connect
        for one in opened:
            one.close()


def begin(one):
    one.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def end(one, how):
    how()
    with suppress(InterfaceError, ProgrammingError):
        one.set_autocommit(True)


@pytest.mark.parametrize("ends", ["commit", "rollback", "close"])
def test_a_turn_ends_with_its_transaction(desk, ends):
    first, second = desk(), desk()
    begin(first)
    with pytest.raises(OperationalError, match="locked"):
        begin(second)
    end(first, getattr(first, ends))
    begin(second)
    second.rollback()


def test_a_transaction_that_fails_gives_its_turn_on(desk):
    first, second = desk(), desk()
    begin(first)
    with pytest.raises(OperationalError), first.cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere")
    first.rollback()
    begin(second)
    second.rollback()


def test_whoever_is_killed_holds_nobody_up(desk, tmp_path):
    held = subprocess.Popen([sys.executable, "-c", HOLDER, f"{tmp_path}/desk.sqlite3.turn"], stdout=subprocess.PIPE)
    try:
        assert held.stdout.readline() == b"held\n"
        one = desk()
        with pytest.raises(OperationalError):
            begin(one)
        os.kill(held.pid, signal.SIGKILL)
        held.wait()
        begin(one)
        one.rollback()
    finally:
        held.kill()
        held.stdout.close()
        held.wait()


def test_many_who_write_at_once_lose_nothing(desk):
    writers = [desk() for _ in range(8)]
    for one in writers:
        one.settings_dict["OPTIONS"]["timeout"] = 20
    together = Barrier(len(writers))

    def write(one):
        together.wait()
        for _ in range(20):
            begin(one)
            with one.cursor() as cursor:
                (n,) = cursor.execute("SELECT n FROM t").fetchone()
                cursor.execute("UPDATE t SET n = %s", [n + 1])
            one.commit()
            one.set_autocommit(True)

    threads = [Thread(target=write, args=(one,)) for one in writers]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with desk().cursor() as cursor:
        assert cursor.execute("SELECT n FROM t").fetchone() == (160,)


@pytest.mark.django_db
def test_the_desk_itself_takes_turns():
    if connection.vendor != "sqlite":
        pytest.skip("the desk is on another database")
    with transaction.atomic():
        assert connection._turn is not None


def test_threads_come_in_their_order():
    line, order = turns.Line(), []
    assert line.enter(until=0)

    def come(number):
        assert line.enter(until=time.monotonic() + 20)
        order.append(number)
        line.leave()

    threads = []
    for number in range(4):
        threads.append(Thread(target=come, args=(number,)))
        threads[-1].start()
        while len(line._waiting) <= number:
            time.sleep(0.001)
    line.leave()
    for one in threads:
        one.join()
    assert order == [0, 1, 2, 3]
    assert line.enter(until=0)


def test_whoever_gave_up_waiting_is_passed_over():
    line = turns.Line()
    assert line.enter(until=0)
    assert not line.enter(until=time.monotonic() + 0.01)
    line.leave()
    assert line.enter(until=0)


def test_a_connection_that_is_forgotten_gives_its_turn_back(desk, tmp_path):
    name = f"{tmp_path}/other.sqlite3"
    assert turns.take(name, seconds=0) is not None  # and nobody keeps it
    kept = turns.take(name, seconds=0)
    assert kept is not None
    assert turns.take(name, seconds=0) is None
    kept.end()


def test_where_no_file_can_be_made_threads_still_take_turns(tmp_path):
    name = f"{tmp_path}/nowhere/desk.sqlite3"
    kept = turns.take(name, seconds=0)
    assert kept is not None
    assert turns.take(name, seconds=0) is None
    kept.end()


WRITER = """
import sys, time
from jiugong_desk.config.in_turn import turns
print("ready", flush=True)
while True:
    turn = turns.take(sys.argv[1], seconds=20)
    time.sleep(0.02)
    turn.end()
"""


def test_another_process_that_writes_without_a_break_holds_nobody_up(tmp_path):
    """Whoever has just written stands behind those who wait."""
    name = f"{tmp_path}/desk.sqlite3"
    busy = subprocess.Popen([sys.executable, "-c", WRITER, name], stdout=subprocess.PIPE)
    try:
        assert busy.stdout.readline() == b"ready\n"
        time.sleep(0.1)
        for _ in range(20):
            kept = turns.take(name, seconds=3)
            assert kept is not None
            kept.end()
    finally:
        busy.kill()
        busy.stdout.close()
        busy.wait()


@pytest.mark.parametrize("suffix", [turns.TURN, turns.NEXT])
def test_no_link_is_followed(tmp_path, suffix):
    name, foreign = f"{tmp_path}/desk.sqlite3", tmp_path / "foreign"
    foreign.write_text("of somebody else")
    before = foreign.stat()
    (tmp_path / f"desk.sqlite3{suffix}").symlink_to(foreign)
    kept = turns.take(name, seconds=0)
    assert kept is not None  # and SQLite's own waiting remains
    kept.end()
    assert (foreign.stat().st_uid, foreign.stat().st_mode, foreign.stat().st_ctime) == (
        before.st_uid, before.st_mode, before.st_ctime,
    )  # fmt: skip
    (tmp_path / f"desk.sqlite3{suffix}").unlink()
    (tmp_path / f"desk.sqlite3{suffix}").symlink_to(tmp_path / "new")
    turns.take(name, seconds=0)
    assert not (tmp_path / "new").exists()
