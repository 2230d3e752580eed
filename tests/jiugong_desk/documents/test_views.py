"""The archive and a document on the screen: found by its addressees, acknowledged on a phone, handed out untouched."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.documents import bridge, services
from jiugong_desk.documents.models import Document, Receipt, Template
from tests.support.cast import NOW, make_staff, make_unit
from tests.support.notices import filed, issued, notice, spoilt

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_now(monkeypatch):
    monkeypatch.setattr("jiugong_desk.core.clock.now", lambda: NOW + timedelta(days=2))


def quick(cast, about="matter-1", **values):
    more = {name: values.pop(name) for name in ("supersedes",) if name in values}
    return filed(notice(cast, **values), about=about, by=cast.management, **more)


def to(name, *args) -> str:
    return reverse(name, args=args)


def test_who_may_not(cast, login):
    made = quick(cast, addressees=(cast.north,))
    far = make_staff("9998", "远行", "outlet_head", make_unit("OU99", "远城网点", "outlet", cast.head_office))
    for who in (cast.li, far, cast.admin):
        client = login(who)
        for address in (to("document", made.ref), to("document_file", made.ref, "pdf")):
            assert client.get(address).status_code == 404
        assert client.post(to("document_acknowledge", made.ref)).status_code == 404
    assert login(cast.wang).post(to("document_acknowledge", made.ref)).status_code == 403
    assert login(cast.admin).get(to("documents")).status_code == 403
    for who in (cast.management, cast.zhao, cast.auditor):
        assert login(who).get(to("document_templates")).status_code == 403
    assert not Receipt.objects.everyone().exclude(acknowledged_at=None).exists()


def test_an_outlets_head_finds_it_first_reads_it_and_acknowledges(cast, login):
    made = quick(cast)
    client = login(cast.zhao)
    page = client.get(to("documents"))
    assert "待确认" in page.text
    assert '文件 <span class="badge bg-red text-red-fg">1</span>' in page.text
    page = client.get(to("document", made.ref))
    for words in (
        "滨江支行文件",
        made.number,
        "一、背景",
        "附件：",
        "2. 参与人员安排",
        "抄送：综合业务部、合规消保。",
        "确认收到",
    ):
        assert words in page.text, words
    assert "&lt;不外传&gt; &amp; 登记" in page.text
    assert "已 2 天" in page.text
    answer = client.post(to("document_acknowledge", made.ref))
    assert (answer.status_code, answer["Location"]) == (303, to("document", made.ref))
    page = client.get(to("document", made.ref))
    assert "确认收到</button>" not in page.text
    assert cast.zhao.name in page.text
    assert client.post(to("document_acknowledge", made.ref)).status_code == 409


def test_who_manages_sees_what_is_outstanding_and_cannot_speak_for_an_outlet(cast, login):
    made = quick(cast)
    client = login(cast.management)
    page = client.get(to("document", made.ref))
    assert "2 个未确认" in page.text
    assert "确认收到</button>" not in page.text
    answer = client.post(to("document_acknowledge", made.ref))
    assert answer.status_code == 409
    assert "您所在机构不是本文件的收文机构。" in answer.text


def test_files_are_handed_out_as_they_were_issued(cast, login):
    made = issued(cast)
    client = login(cast.wang)
    word, paper = (client.get(to("document_file", made.ref, kind)) for kind in ("docx", "pdf"))
    assert (word.content, paper.content) == (bytes(made.docx), bytes(made.pdf))
    assert paper["Content-Type"] == "application/pdf"
    assert word["Content-Disposition"].startswith("attachment; filename*=utf-8''")


def test_what_was_tampered_with_is_not_handed_out(cast, login, monkeypatch):
    made = quick(cast)
    monkeypatch.setattr(Document, "is_untouched", False)
    client = login(cast.management)
    answer = client.get(to("document_file", made.ref, "pdf"))
    assert answer.status_code == 409
    assert "文件与印发时不一致" in answer.text
    page = client.get(to("document", made.ref)).text
    assert "不能提供下载" in page
    assert to("document_file", made.ref, "pdf") not in page


def test_old_and_new_name_each_other_and_nobody_is_asked_for_the_old(cast, login):
    first = quick(cast)
    second = quick(cast, supersedes=first)
    client = login(cast.zhao)
    assert f"已被 {second.number} 替代，不再执行。" in client.get(to("document", first.ref)).text
    assert f"本文件替代 {first.number}。" in client.get(to("document", second.ref)).text
    page = client.get(to("documents"))
    assert page.text.count("待确认</span>") == 1
    assert f"已被 {second.number} 替代" in page.text


def test_the_archive_is_narrowed_by_kind_and_year_and_a_wrong_choice_is_dropped(cast, login):
    one, other = quick(cast), quick(cast, about="2", kind="sample", title="关于另一件事的通知")
    client = login(cast.management)

    def listed(**chosen):
        return [row.ref for row, _label in client.get(to("documents"), chosen).context["listed"]]

    assert listed() == [other.ref, one.ref]
    assert listed(kind="plan_notice") == [one.ref]
    assert listed(kind="nothing", year="1999") == [other.ref, one.ref]
    assert listed(year="2026", waiting="on") == []


def upload(client, data, name="模板.docx", note="换用新措辞"):
    return client.post(to("document_templates"), {"file": SimpleUploadedFile(name, data), "note": note})


def test_a_template_goes_its_way_through_the_browser(cast, login):
    client = login(cast.department)
    default = client.get(to("document_template_default"))
    assert default.content == bridge.default_template()
    assert "{{p 正文 }}" in client.get(to("document_templates")).text
    answer = upload(client, spoilt(lambda text: text.replace("印发</w:t>", "印制</w:t>")))
    made = Template.objects.get()
    assert answer["Location"] == to("document_template", made.ref)
    page = client.get(answer["Location"])
    assert "2026年3月2日印制" in page.text
    assert "启用这个模板" in page.text
    assert client.get(to("document_template_trial", made.ref)).content == bytes(made.trial)
    assert client.get(to("document_template_file", made.ref)).content == bytes(made.docx)
    assert client.post(to("document_template_activate", made.ref)).status_code == 303
    page = client.get(to("document_templates"))
    assert to("document_template_file", made.ref) in page.text
    assert client.post(to("document_template_activate", made.ref)).status_code == 409


@pytest.mark.parametrize(
    ("name", "note", "words"),
    [
        ("模板.docm", "换用新措辞", "这是含宏的文件"),
        ("模板.doc", "换用新措辞", "只收 .docx"),
        ("模板.docx", "改", "请写明改了什么"),
        ("模板.docx", "换用新措辞", "这不是能打开的 .docx 文件。"),
    ],
)
def test_what_is_no_template_is_refused_and_the_note_stays(cast, login, name, note, words):
    answer = upload(login(cast.department), b"not a document", name, note)
    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{note}"' in answer.text
    assert not Template.objects.exists()
    assert not AuditRecord.objects.filter(about="template").exists()


def test_the_pages_speak_english_and_the_document_stays_chinese(cast, login):
    made = quick(cast)
    services.acknowledge(made, unit=cast.south, by=make_staff("2009", "钱南", "outlet_head", cast.south), at=NOW)
    client = login(cast.zhao)
    client.cookies["django_language"] = "en"
    page = client.get(to("document", made.ref)).text
    assert "Acknowledge receipt" in page
    assert "一、背景" in page
