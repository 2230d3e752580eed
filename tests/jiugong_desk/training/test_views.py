"""A caller reads and answers; a head sees who is missing; a planner writes. Everything by plain forms."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from jiugong_desk.training import builder, queries, ready, services
from jiugong_desk.training.models import Course, Material
from tests.jiugong_desk.training.test_services import READY, answer, opened, part, picks, read
from tests.support.cast import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_now(monkeypatch):
    monkeypatch.setattr("jiugong_desk.core.clock.now", lambda: NOW)


@pytest.fixture
def course(cast):
    return opened(cast)


def at(name, course, *more):
    return reverse(name, args=[course.ref, *more])


def test_who_need_not_take_it_and_heads_nobody_does_not_know_of_it(cast, course, login):
    for who in (cast.li, cast.qian, cast.admin, cast.steward):
        client = login(who)
        for name, more in (("course", ()), ("course_section", (1,)), ("course_quiz", ()), ("course_result", ())):
            assert client.get(at(name, course, *more)).status_code == 404, (who, name)
    assert login(cast.qian).get(reverse("trainings")).status_code == 403
    assert login(cast.zhao).get(at("course_quiz", course)).status_code == 403
    assert login(cast.zhao).get(at("course_edit", course)).status_code == 403


def test_a_caller_reads_section_by_section_and_passes(cast, course, login):
    client = login(cast.wang)
    assert '<span class="badge bg-red text-red-fg">1</span>' in client.get(reverse("trainings")).text
    total = len(READY.sections)
    assert client.get(at("course_section", course, 3))["Location"] == at("course_section", course, 1)
    assert "请先读完全部内容。" in client.get(at("course_quiz", course)).text
    for number in range(1, total + 1):
        page = client.get(at("course_section", course, number))
        assert READY.sections[number - 1].title in page.text
        where = client.post(at("course_section", course, number))["Location"]
        assert where == (at("course_section", course, number + 1) if number < total else at("course", course))
    assert client.get(at("course_section", course, total + 1)).status_code == 404
    page = client.get(at("course_quiz", course))
    assert all(option in page.text for one in READY.quiz for option in one.options if "“" not in option)
    said = {f"q{number}": places for number, places in picks(part(course, cast.wang)).items()}
    done = client.post(at("course_quiz", course), said | {"attempt": "1"})
    assert done["Location"] == at("course_result", course)
    assert "答对 5 / 5 题" in client.get(at("course_result", course)).text
    assert "text-red-fg" not in client.get(reverse("trainings")).text


def test_what_was_ticked_stays_when_a_question_was_forgotten(cast, course, login):
    mine, client = read(course, cast.wang), login(cast.wang)
    said = {f"q{number}": places for number, places in picks(mine).items()} | {"attempt": "1"}
    del said["q3"]
    page = client.post(at("course_quiz", course), said)
    assert page.status_code == 422
    assert page.text.count("请回答这一题。") == 1
    assert page.text.count(" checked") == sum(len(places) for key, places in said.items() if key != "attempt")


def test_the_first_failure_says_what_was_wrong_and_why_but_not_what_is_right(cast, course, login):
    mine, client = read(course, cast.wang), login(cast.wang)
    assert client.get(at("course_result", course)).status_code == 303
    answer(mine, cast.wang, wrong=(0, 1))
    page = client.get(at("course_result", course)).text
    assert READY.quiz[0].why in page
    assert READY.quiz[2].why not in page
    assert "正确的：" not in page
    assert "今天还可作答 2 次。" in page
    answer(mine, cast.wang, wrong=(0, 1))
    page = client.get(at("course_result", course)).text
    assert page.count("正确的：") == 2
    assert "本次来电的目的" in page


def test_a_page_of_an_earlier_attempt_is_refused_with_words(cast, course, login):
    mine, client = read(course, cast.wang), login(cast.wang)
    answer(mine, cast.wang, wrong=(0, 1))
    page = client.post(at("course_quiz", course), {"attempt": "1", "q0": "0"})
    assert page.status_code == 409
    assert "这次作答已提交过。" in page.text


def test_a_head_sees_who_of_his_people_is_missing_with_words_to_copy(cast, login):
    course = opened(cast, cast.wang, cast.sun, cast.li)
    answer(read(course, cast.wang), cast.wang)
    page = login(cast.zhao).get(at("course", course))
    assert [one.staff for one in page.context["people"]] == [cast.sun, cast.wang]
    assert "孙小宁：请尽快在九宫“培训”中读完" in page.text
    assert "李南" not in page.text
    wide = login(cast.planner).get(at("course", course))
    assert "已通过 1 / 3 人" in wide.text
    mine = login(cast.wang).get(at("course", course))
    assert "孙小宁" not in mine.text


def form(content, **more):
    """The editor's fields as a browser sends them."""
    typed, said = builder.typed_of(content), {"title": content.title, "edition": "1", "do": "save"}
    for place, section in enumerate(typed.sections):
        said |= {f"s{place}-title": section.title, f"s{place}-text": section.text}
    for place, row in enumerate(typed.questions):
        said |= {f"q{place}-text": row.text, f"q{place}-why": row.why}
        said |= {f"q{place}-o{option.number}": option.text for option in row.options}
        said[f"q{place}-r"] = [str(option.number) for option in row.options if option.right]
    return said | more


def test_a_planner_begins_with_the_ready_content_changes_and_publishes_it(cast, login):
    client = login(cast.planner)
    assert login(cast.zhao).get(reverse("course_new")).status_code == 403
    begun = client.post(
        reverse("course_new"), {"unit": cast.sub_branch.pk, "title": "三月存款培训", "begin": "deposit"}
    )
    course = Course.objects.everyone().get()
    assert begun["Location"] == at("course_edit", course)
    page = client.get(at("course_edit", course))
    assert READY.quiz[4].options[1] in page.text.replace("&quot;", '"')
    less = replace(READY, title="三月存款培训", quiz=READY.quiz[:4])
    assert client.post(at("course_edit", course), form(less)).status_code == 303
    page = client.get(at("course", course))
    assert "尚未发布，没有人需要参加。" in page.text
    assert client.post(at("course_publish", course), {"edition": page.context["course"].edition}).status_code == 303
    assert client.post(at("course_people", course), {"take": [cast.wang.ref, cast.li.ref]}).status_code == 303
    version = queries.newest(course)
    assert queries.content_of(version) == less
    assert [one.staff for one in queries.people_of(course, cast.planner)] == [cast.wang, cast.li]


def test_the_editor_adds_and_drops_without_scripts_and_loses_nothing(cast, login):
    course = services.draft(unit=cast.sub_branch, content=READY, by=cast.planner, at=NOW)
    client = login(cast.planner)
    page = client.post(at("course_edit", course), form(READY, do="drop-question-1", title="未保存的名称"))
    assert len(page.context["typed"].questions) == 4
    assert "未保存的名称" in page.text
    page = client.post(at("course_edit", course), form(READY, do="add-section"))
    assert len(page.context["typed"].sections) == len(READY.sections) + 1
    page = client.post(at("course_edit", course), form(READY, do="add-question"))
    assert len(page.context["typed"].questions) == 6
    course.refresh_from_db()
    assert course.edition == 1


def test_an_older_editor_is_refused_and_keeps_its_text(cast, login):
    course = services.draft(unit=cast.sub_branch, content=READY, by=cast.planner, at=NOW)
    services.edit(course, content=READY, edition=1, by=cast.planner, at=NOW)
    page = login(cast.planner).post(at("course_edit", course), form(replace(READY, title="我的版本")))
    assert page.status_code == 409
    assert "我的版本" in page.text
    assert "培训已被他人修改。" in page.text


def test_what_is_typed_becomes_what_is_kept():
    assert builder.typed_of(READY).content(READY.pass_mark) == READY
    blank = ready.begin("blank", title="空", pass_mark=READY.pass_mark)
    assert builder.typed_of(blank).content(READY.pass_mark) == blank


def upload(name, content):
    return {"file": SimpleUploadedFile(name, content)}


def test_a_file_is_taken_by_its_content_and_saved_not_opened(cast, course, login):
    client = login(cast.planner)
    page = client.post(at("material_add", course), upload("方案.pdf", b"<html>"))
    assert page.status_code == 409
    assert "只收 PDF、Word" in page.text
    assert client.post(at("material_add", course), {}).status_code == 422
    assert client.post(at("material_add", course), upload("方案.pdf", b"%PDF-1.7 x")).status_code == 303
    file = Material.objects.everyone().get()
    answer_ = client.get(reverse("material", args=[file.ref]))
    assert answer_.content == b"%PDF-1.7 x"
    assert answer_["Content-Type"] == "application/pdf"
    assert answer_["Content-Disposition"].startswith("attachment")
    assert answer_["X-Content-Type-Options"] == "nosniff"
    assert login(cast.li).get(reverse("material", args=[file.ref])).status_code == 404
    assert client.post(reverse("material_remove", args=[file.ref])).status_code == 303
    assert client.post(reverse("material_remove", args=[file.ref])).status_code == 409


def test_a_file_that_is_too_large_is_refused_before_it_is_read(cast, course, login, settings):
    page = login(cast.planner).post(at("material_add", course), upload("大.pdf", b"%PDF-" + b"0" * (10 << 20)))
    assert page.status_code == 422
    assert "文件超过 10 MB" in page.text
