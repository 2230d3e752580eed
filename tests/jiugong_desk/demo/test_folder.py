"""The demo's folder: only ours is ever cleared, and never under somebody's hands."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from jiugong_desk.demo import folder, story
from jiugong_desk.demo.errors import BeingBuilt, DamagedDemo, NotOurs

RESULT = {"now": "2026-03-04T10:20:00+08:00", "customers": 1000, "seed": 1}


def test_a_folder_that_is_missing_or_empty_is_new(tmp_path):
    assert folder.state_of(tmp_path) is folder.State.NEW
    assert folder.state_of(tmp_path / "none") is folder.State.NEW


def test_a_folder_of_somebody_else_is_refused_and_stays(tmp_path):
    (tmp_path / "desk.sqlite3").write_text("a real desk")
    with pytest.raises(NotOurs, match=r"holds files of something else.*--dir.*Nothing was changed"):
        folder.state_of(tmp_path)
    assert (tmp_path / "desk.sqlite3").read_text() == "a real desk"


def test_a_file_is_refused(tmp_path):
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(NotOurs, match="is a file"):
        folder.state_of(file)


def test_while_it_is_built_it_is_half_built_and_nobody_else_may_build(tmp_path):
    with folder.being_built(tmp_path):
        assert folder.state_of(tmp_path) is folder.State.HALF_BUILT
        with pytest.raises(BeingBuilt, match="wait until it has finished"), folder.being_built(tmp_path):
            pytest.fail("two built one folder")
        folder.write_result(tmp_path, RESULT)
    assert folder.state_of(tmp_path) is folder.State.FINISHED
    assert folder.read_result(tmp_path) == RESULT


def test_what_breaks_off_leaves_the_mark_and_the_next_build_clears_what_demos_make_alone(tmp_path):
    def break_off() -> None:
        with folder.being_built(tmp_path):
            (tmp_path / "desk.sqlite3").write_text("half")
            (tmp_path / "warehouse").mkdir()
            (tmp_path / "warehouse" / "part").write_text("half")
            (tmp_path / "notes.txt").write_text("somebody's own")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()
    assert folder.state_of(tmp_path) is folder.State.HALF_BUILT
    with folder.being_built(tmp_path):
        assert {entry.name for entry in tmp_path.iterdir()} == {folder.BUILDING, "notes.txt"}


def test_a_link_is_unlinked_and_not_followed(tmp_path):
    elsewhere, home = tmp_path / "elsewhere", tmp_path / "home"
    elsewhere.mkdir()
    (elsewhere / "kept").write_text("kept")
    home.mkdir()
    (home / "warehouse").symlink_to(elsewhere)
    with folder.being_built(home):
        assert not (home / "warehouse").exists()
    assert (elsewhere / "kept").read_text() == "kept"


def test_the_clock_is_put_back_to_the_demos_morning_and_left_alone_elsewhere(tmp_path):
    assert folder.clock_offset_seconds(tmp_path) == 0
    folder.write_result(tmp_path, RESULT)
    shown = datetime.now(UTC) + timedelta(seconds=folder.clock_offset_seconds(tmp_path))
    assert abs(shown - story.now()) < timedelta(seconds=5)


def test_the_result_is_readable_text(tmp_path):
    folder.write_result(tmp_path, {"campaign": "按揭", "day": story.TODAY})
    text = (tmp_path / folder.RESULT).read_text(encoding="utf-8")
    assert "按揭" in text
    assert json.loads(text)["day"] == "2026-03-04"


@pytest.mark.parametrize("text", ["", "{bad", "[]", '{"now": "x", "customers": 1, "seed": 1}', '{"now": "2026-03-04"}'])
def test_a_damaged_result_is_said_in_one_sentence(tmp_path, text):
    (tmp_path / folder.RESULT).write_text(text)
    with pytest.raises(DamagedDemo, match="--fresh"):
        folder.read_result(tmp_path)
