"""Word file and PDF say the same, all of it; a template that is hostile, broken or incomplete is named as what it is."""

from __future__ import annotations

import importlib.util
import io
from datetime import UTC, datetime

import docx
import pytest
from docx.oxml.ns import qn
from pypdf import PdfReader

from jiugong_desk.documents import bridge, pdf, sample
from tests.structure.source import ROOT
from tests.support.notices import packed, parts, spoilt

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def content():
    made = sample.content()
    made["blocks"][0]["text"] += "<b>&amp;{{ 标题 }}{% if x %}"  # words are words, whatever they look like
    return made


def words(content) -> list[str]:
    """Everything that a reader must find."""
    found = [content[name] for name in ("letterhead", "number", "title", "issuer", "dated", "signed_by")]
    found += [*content["addressees"], *content["copies"]]
    for blocks in (content["blocks"], *(annex["blocks"] for annex in content["annexes"])):
        for block in blocks:
            found += (
                [block["text"]]
                if "text" in block
                else [*block["head"], *(cell for row in block["rows"] for cell in row)]
            )
    return found + [text for annex in content["annexes"] for text in (annex["name"], annex["title"])]


def text_of(data: bytes) -> str:
    return "".join(run.text or "" for run in docx.Document(io.BytesIO(data)).element.iter(qn("w:t")))


def test_the_word_file_holds_everything_and_is_dressed_by_the_templates_styles(content):
    made = bridge.fill(bridge.default_template(), content)
    text = text_of(made.data)
    assert [word for word in words(content) if word not in text] == []
    document = docx.Document(io.BytesIO(made.data))
    styles = {paragraph.text: paragraph.style.name for paragraph in document.paragraphs}
    assert styles[content["title"]] == "公文标题"
    assert styles["一、总体要求"] == "公文一级标题"
    assert styles["1. 学习方案和话术。"] == "公文正文"
    assert styles["附件2"] == "公文附件"
    assert [len(table.rows) for table in document.tables] == [3, 3]
    assert document.core_properties.author == content["issuer"]
    assert ("公文字号", content["number"]) in made.outline


def test_the_pdf_holds_everything_and_the_same_words_give_the_same_bytes(content):
    made = pdf.notice_pdf(content, at=AT)
    reader = PdfReader(io.BytesIO(made))
    text = "".join(page.extract_text() for page in reader.pages).replace("\n", "").replace(" ", "")
    assert [word for word in words(content) if word.replace(" ", "") not in text] == []
    assert "—1—" in text
    assert made == pdf.notice_pdf(content, at=AT)
    fonts = {str(font) for page in reader.pages for font in page["/Resources"]["/Font"]}
    assert fonts
    assert reader.metadata.title == content["title"]


def test_a_notice_without_annexes_copies_and_signer_has_no_trace_of_them(content):
    plain = content | {"annexes": [], "copies": [], "signed_by": ""}
    text = text_of(bridge.fill(bridge.default_template(), plain).data)
    assert "附件" not in text
    assert not [word for word in ("抄送", "签发") if word in text]
    made = PdfReader(io.BytesIO(pdf.notice_pdf(plain, at=AT)))
    assert not [
        word for word in ("附件", "抄送", "签发") if word in "".join(page.extract_text() for page in made.pages)
    ]


def test_the_shipped_template_is_what_its_script_makes(tmp_path):
    spec = importlib.util.spec_from_file_location("notice_template", ROOT / "scripts" / "notice_template.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    script.main(tmp_path / "made.docx")
    made, shipped = parts((tmp_path / "made.docx").read_bytes()), parts(bridge.default_template())
    assert made == shipped


RELATION = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
    b'Target="https://elsewhere.example/a.dotm" TargetMode="External"/></Relationships>'
)
FIELD = "<w:r><w:instrText>DDE</w:instrText></w:r><w:r><w:instrText>AUTO c:\\\\x</w:instrText></w:r>"


def named(old: str, new: str):
    return lambda text: text.replace(old, new)


def code(*said: str) -> str:
    """A paragraph with a field whose code is cut into these runs, after one that only counts pages."""
    runs = "".join(f"<w:r>{run if '<' in run else f'<w:instrText>{run}</w:instrText>'}</w:r>" for run in said)
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    return f"<w:p>{begin}<w:r><w:instrText>PAGE</w:instrText></w:r>{end}{begin}{runs}{end}</w:p>"


def coded(*said: str) -> bytes:
    return spoilt(named("<w:body>", f"<w:body>{code(*said)}"))


def moved(to: str) -> bytes:
    """The main part is elsewhere and holds a field; a clean one stands where it is looked for."""
    members = parts(bridge.default_template())
    for name in ("[Content_Types].xml", "_rels/.rels"):
        members[name] = members[name].replace(b"word/document.xml", to.encode())
    members[to] = parts(coded("DDE c:"))["word/document.xml"]
    members[to.replace("document.xml", "_rels/document.xml.rels")] = members["word/_rels/document.xml.rels"]
    return packed(members)


def also(name: str, kind: str) -> bytes:
    """One more part with a field in it, of whatever name."""
    members = parts(coded("DDE c:"))
    field, types = members["word/document.xml"], f'<Override PartName="/{name}" ContentType="{kind}"/></Types>'
    members = parts(bridge.default_template()) | {name: field}
    members["[Content_Types].xml"] = members["[Content_Types].xml"].replace(b"</Types>", types.encode())
    return packed(members)


HEADER = "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"


HOSTILE = {
    "macros": (spoilt(word__vbaProject_bin=b"x"), "has_macros", ""),
    "an embedded object": (spoilt(word__embeddings__a_bin=b"x"), "has_objects", "word/embeddings/a_bin"),
    "a field that starts a program": (spoilt(named("<w:body>", f"<w:body><w:p>{FIELD}</w:p>")), "has_fields", "DDEAUTO"),
    "such a field after another": (coded("DDEAUTO c:"), "has_fields", "DDEAUTO"),
    "such a field from nested ones": (
        coded("DD", '<w:fldChar w:fldCharType="begin"/>', "QUOTE", '<w:fldChar w:fldCharType="separate"/>',
              "<w:t>E</w:t>", '<w:fldChar w:fldCharType="end"/>', " c:"), "has_fields", "DDE",
    ),
    "such a field with text in its code": (coded("DD", "<w:t>E</w:t>", " c:"), "has_fields", "DDE"),
    "such a field in short": (
        spoilt(named("<w:body>", '<w:body><w:p><w:fldSimple w:x="" w:instr="INCLUDE c:"/></w:p>')), "has_fields", "INCLUDE",
    ),
    "a mark that cuts a field": (coded("DD{% if 标题 %}", "E{% endif %}"), "marks_in_field", "DD{% if"),
    "a mark beside the code": (coded("DD", "<w:t>{{ 标题 }}</w:t>"), "marks_in_field", "{{ 标题 }}"),
    "a mark in a short field": (
        spoilt(named("<w:body>", '<w:body><w:p><w:fldSimple w:instr="{{ 标题 }}"/></w:p>')), "marks_in_field", "{{ 标题 }}",
    ),
    "a field that filling puts together": (
        coded("DD", '<w:t w:x="{#"/>', "X", '<w:t w:x="#}"/>', "E c:"), "has_fields", "DDE",
    ),
    "a main part in another case": (moved("Word/document.xml"), "strange_parts", ""),
    "a main part elsewhere": (moved("w0/document.xml"), "strange_parts", ""),
    "a part twice but for its case": (packed(parts(bridge.default_template()) | {"Word/Styles.xml": b"<a/>"}), "strange_parts", ""),
    "a field in a part elsewhere": (also("w0/header9.XML", HEADER), "has_fields", "DDE"),
    "a field in a part that is no .xml by name": (also("word/media/image9.png", HEADER), "has_fields", "DDE"),
    "entities": (
        spoilt(named("<w:document ", '<!DOCTYPE a [<!ENTITY e "e">]><w:document ')), "has_entities", "",
    ),
    "another document inside": (spoilt(named("<w:body>", '<w:body><w:altChunk/>')), "has_objects", "altChunk"),
    "a bomb": (spoilt(word__media__a_png=b"\0" * (100 << 20)), "unpacks_too_big", ""),
    "a packed one": (spoilt(word__media__a_png=b"\0" * (30 << 20)), "packed_too_well", ""),
    "a path outside": (packed({"../evil": b"x", "word/document.xml": b"", "[Content_Types].xml": b""}), "strange_parts", ""),
    "no document": (packed({"xl/workbook.xml": b"<a/>"}), "not_a_document", ""),
    "no archive": (b"PK\x03\x04 and nothing", "not_a_document", ""),
    "nothing": (b"", "not_a_document", ""),
    "an unknown variable": (spoilt(named("{{ 成文日期 }}", "{{ 客户姓名 }}")), "unknown_variables", "客户姓名"),
    "no number": (spoilt(named("{{ 发文字号 }}", "没有")), "missing_variables", "发文字号"),
    "no body": (spoilt(named("{{p 正文 }}", "没有")), "missing_variables", "正文"),
    "an attribute": (spoilt(named("{{ 成文日期 }}", "{{ 标题.__class__ }}")), "wrong_syntax", "."),
    "a call": (spoilt(named("{{ 成文日期 }}", "{{ 标题() }}")), "wrong_syntax", "( )"),
    "a loop": (spoilt(named("{{ 成文日期 }}", "{% for a in 标题 %}{{ a }}{% endfor %}")), "wrong_syntax", "for"),
    "a filter": (spoilt(named("{{ 成文日期 }}", "{{ 标题|upper }}")), "wrong_syntax", ""),
    "an open mark": (spoilt(named("{{ 成文日期 }}", "{% if 标题 %}")), "wrong_syntax", ""),
    "a body among other words": (spoilt(named("{{p 正文 }}", "前言 {{p 正文 }}")), "own_paragraph", "正文"),
    "a body inside a line": (spoilt(named("{{p 正文 }}", "{{ 正文 }}")), "own_paragraph", "正文"),
    "no annexes": (spoilt(named("{{p 附件 }}", "没有")), "missing_in_result", ""),
    "a number only in a condition": (
        spoilt(named("{{ 发文字号 }}", "{% if 发文字号 %}有{% endif %}")), "missing_in_result", "发文字号",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_a_template_is_refused_by_name(what):
    data, code, about = HOSTILE[what]
    with pytest.raises(bridge.BadTemplate) as refusal:
        bridge.fill(data, sample.content())
    assert refusal.value.code == code, refusal.value.what
    assert about in refusal.value.what


def test_what_filling_puts_together_is_found_when_it_is_issued_too(content):
    """With copies, the field is none: the sample passes, and the document without copies is refused."""
    template = coded("DD", '<w:t w:x="{% if 抄送机关 %}"/>', "X", '<w:t w:x="{% endif %}"/>', "E c:")
    assert bridge.fill(template, content).data
    with pytest.raises(bridge.BadTemplate) as refusal:
        bridge.fill(template, content | {"copies": []})
    assert (refusal.value.code, refusal.value.what) == ("has_fields", "DDE")


def test_a_field_that_counts_pages_or_shows_a_mark_is_taken(content):
    shows = ('<w:fldChar w:fldCharType="separate"/>', "<w:t>{{ 成文日期 }}</w:t>")
    assert text_of(bridge.fill(coded("DOCPROPERTY Title", *shows), content).data).count(content["dated"]) >= 2


def test_a_template_that_points_outside_is_refused_with_its_target():
    members = parts(bridge.default_template()) | {"word/_rels/settings.xml.rels": RELATION}
    with pytest.raises(bridge.BadTemplate) as refusal:
        bridge.fill(packed(members), sample.content())
    assert (refusal.value.code, refusal.value.what) == ("points_outside", "https://elsewhere.example/a.dotm")


def test_a_style_that_was_removed_is_named():
    members = parts(bridge.default_template())
    members["word/styles.xml"] = members["word/styles.xml"].replace("公文一级标题".encode(), "别的".encode())
    with pytest.raises(bridge.BadTemplate) as refusal:
        bridge.fill(packed(members), sample.content())
    assert (refusal.value.code, refusal.value.what) == ("missing_styles", "公文一级标题")


def test_marks_that_word_cut_into_runs_are_one_mark(content):
    cut = '{{ 发</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">文字号 }}'
    made = bridge.fill(spoilt(named("{{ 发文字号 }}", cut)), content)
    assert content["number"] in text_of(made.data)


def test_a_template_of_millions_of_paragraphs_is_ended_not_us(monkeypatch):
    monkeypatch.setattr(bridge, "_LIMITS", {**bridge._LIMITS, "cpu_seconds": 3})
    with pytest.raises(bridge.BadTemplate) as refusal:
        bridge.fill(spoilt(named("<w:body>", "<w:body>" + "<w:p/>" * 2_600_000)), sample.content())
    assert refusal.value.code == "too_much"


def test_a_template_that_takes_for_ever_is_ended(monkeypatch):
    monkeypatch.setattr(bridge, "_LIMITS", {**bridge._LIMITS, "wall_seconds": 0})
    with pytest.raises(bridge.BadTemplate) as refusal:
        bridge.fill(bridge.default_template(), sample.content())
    assert refusal.value.code == "too_much"
