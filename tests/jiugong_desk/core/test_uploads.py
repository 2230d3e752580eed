"""Files are taken on the pages that are for them, from people who are signed in, into the desk's own folder."""

from __future__ import annotations

import stat

import pytest
from django.core.files.uploadhandler import SkipFile
from django.test import RequestFactory

from jiugong_desk.core.uploads import PrivateUpload


class SignedIn:
    is_authenticated = True


def handler(settings, tmp_path, *, path="/imports/upload/", user=None, length=10) -> PrivateUpload:
    settings.UPLOAD_FOLDER, settings.UPLOAD_MOST_MEGABYTES = tmp_path / "incoming", 1
    request = RequestFactory().post(path)
    request.user = user
    made = PrivateUpload(request)
    made.handle_raw_input(None, {}, length, b"")
    return made


def begin(made: PrivateUpload) -> None:
    made.new_file("file", "客户.csv", "text/csv", None, None)


def test_the_file_is_the_owners_alone_and_gone_with_the_request(settings, tmp_path):
    made = handler(settings, tmp_path, user=SignedIn())
    begin(made)
    made.receive_data_chunk(b"abc", 0)
    made.receive_data_chunk(b"def", 3)
    file = made.file_complete(6)
    (path,) = (tmp_path / "incoming").iterdir()
    assert (file.read(), file.size, file.name) == (b"abcdef", 6, "客户.csv")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) & 0o077 == 0
    assert "客户" not in path.name
    file.close()
    assert not path.exists()


@pytest.mark.parametrize(
    "case", [{"path": "/login/", "user": SignedIn()}, {"user": None}, {"user": SignedIn(), "length": (1 << 20) + 1}]
)
def test_what_is_not_taken_is_read_past(settings, tmp_path, case):
    made = handler(settings, tmp_path, **case)
    with pytest.raises(SkipFile):
        begin(made)
    assert made.request.too_large is (case.get("length", 0) > 1 << 20)
    assert not (tmp_path / "incoming").exists()


def test_an_upload_that_breaks_off_leaves_nothing(settings, tmp_path):
    made = handler(settings, tmp_path, user=SignedIn())
    made.upload_interrupted()
    begin(made)
    made.receive_data_chunk(b"abc", 0)
    made.upload_interrupted()
    assert list((tmp_path / "incoming").iterdir()) == []
