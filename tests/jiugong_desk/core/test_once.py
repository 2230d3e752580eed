"""What a page asks twice is asked once; what writes asks anew."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from jiugong_desk.core.middleware import OncePerPage
from jiugong_desk.core.once import once_a_page, one_page

asked: list[tuple[object, ...]] = []


@once_a_page
def question(about: str, *, day: int = 0) -> str:
    asked.append((about, day))
    return f"{about} {day}"


@pytest.fixture(autouse=True)
def _nothing_asked() -> None:
    asked.clear()


def test_inside_a_page_each_question_is_asked_once() -> None:
    with one_page():
        assert [question("a"), question("b"), question("a"), question("a", day=1)] == ["a 0", "b 0", "a 0", "a 1"]
    assert asked == [("a", 0), ("b", 0), ("a", 1)]


def test_the_next_page_asks_again_and_outside_a_page_every_time() -> None:
    for _page in range(2):
        with one_page():
            question("a")
    question("a")
    question("a")
    assert len(asked) == 4


def test_an_error_is_not_remembered_and_ends_the_page() -> None:
    @once_a_page
    def fails() -> None:
        asked.append(())
        raise ValueError

    with one_page():
        for _time in range(2):
            with pytest.raises(ValueError):
                fails()
    assert len(asked) == 2
    with pytest.raises(ValueError), one_page():
        fails()
    question("a")
    question("a")
    assert len(asked) == 5  # nothing remembers any more


@pytest.mark.parametrize(("method", "times"), [("GET", 1), ("HEAD", 1), ("POST", 2), ("PUT", 2)])
def test_only_requests_that_read_remember(method: str, times: int) -> None:
    def view(_request: object) -> HttpResponse:
        return HttpResponse(question("a") + question("a"))

    OncePerPage(view)(RequestFactory().generic(method, "/"))
    assert len(asked) == times
