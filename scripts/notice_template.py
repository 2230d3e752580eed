"""Makes the Word template that comes with the installation: an official document after GB/T 9704-2012.

    scripts/notice_template.py            write src/jiugong_desk/documents/word/notice.docx
    scripts/notice_template.py FILE       write it there

A4; type area 156 mm x 225 mm; 22 lines of 28 characters. Fonts are named as Chinese offices have them (方正小标宋,
仿宋_GB2312, 黑体); a machine without them shows its own.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import docx
import docx.enum.text
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

TARGET = Path(__file__).resolve().parent.parent / "src" / "jiugong_desk" / "documents" / "word" / "notice.docx"
TITLE_FONT, BODY_FONT, HEAD_FONT, NUMBER_FONT = "方正小标宋简体", "仿宋_GB2312", "黑体", "宋体"
RED = RGBColor(0xC8, 0x10, 0x2E)
THREE, FOUR, TWO = Pt(16), Pt(14), Pt(22)  # 3号, 4号, 2号
LINE, NONE = Pt(28), Pt(0)
CENTRE, LEFT, RIGHT, BOTH = (
    WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY,
)  # fmt: skip


def main(target: Path) -> None:
    document = docx.Document()
    page(document)
    styles(document)
    letterhead(document)
    body(document)
    imprint(document)
    page_numbers(document)
    properties = document.core_properties
    properties.author = properties.last_modified_by = "九宫"
    properties.title, properties.comments = "公文模板", ""
    document.save(str(target))


def page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)


def styles(document: Any) -> None:
    normal = document.styles["Normal"]
    dress(normal, BODY_FONT, THREE)
    spaced(normal.paragraph_format)
    language = normal.element.rPr.makeelement(qn("w:lang"), {qn("w:val"): "en-US", qn("w:eastAsia"): "zh-CN"})
    normal.element.rPr.append(language)  # lines break as Chinese lines do
    style(document, "公文标志", TITLE_FONT, Pt(36), align=CENTRE, colour=RED, exact=None, before=Pt(60), after=Pt(28))
    style(document, "公文字号", BODY_FONT, THREE, align=CENTRE)
    style(document, "公文标题", TITLE_FONT, TWO, align=CENTRE, before=Pt(56), after=Pt(28), exact=Pt(34))
    style(document, "公文主送", BODY_FONT, THREE, align=LEFT)
    style(document, "公文正文", BODY_FONT, THREE, indent=True)
    style(document, "公文一级标题", HEAD_FONT, THREE, indent=True, keep=True)
    style(document, "公文附件说明", BODY_FONT, THREE, indent=True)
    style(document, "公文署名", BODY_FONT, THREE, align=RIGHT, keep=True)
    style(document, "公文附件", HEAD_FONT, THREE, align=LEFT)
    style(document, "公文附件标题", TITLE_FONT, TWO, align=CENTRE, before=Pt(28), after=Pt(28), exact=Pt(34))
    style(document, "公文表头", HEAD_FONT, Pt(12), align=CENTRE, exact=Pt(20))
    style(document, "公文表格", BODY_FONT, Pt(12), align=LEFT, exact=Pt(20))
    style(document, "公文版记", BODY_FONT, FOUR, align=LEFT)


def style(
    document: Any, name: str, font: str, size: Pt, *, align: Any = BOTH, colour: Any = None, exact: Any = LINE,
    before: Any = NONE, after: Any = NONE, indent: bool = False, keep: bool = False,
) -> None:  # fmt: skip
    made = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    made.base_style, made.quick_style = document.styles["Normal"], True
    dress(made, font, size, colour)
    spaced(made.paragraph_format, exact)
    made.paragraph_format.alignment = align
    made.paragraph_format.space_before, made.paragraph_format.space_after = before, after
    made.paragraph_format.keep_with_next = keep
    if indent:
        characters(made.element.get_or_add_pPr(), firstLineChars="200", firstLine="640")


def dress(made: Any, font: str, size: Pt, colour: Any = None) -> None:
    made.font.name, made.font.size = font, size
    fonts = made.element.get_or_add_rPr().get_or_add_rFonts()
    for side in ("eastAsia", "ascii", "hAnsi"):
        fonts.set(qn(f"w:{side}"), font if side == "eastAsia" or font != BODY_FONT else "Times New Roman")
    if colour is not None:
        made.font.color.rgb = colour


def spaced(form: Any, exact: Any = LINE) -> None:
    form.space_before = form.space_after = Pt(0)
    if exact is None:
        form.line_spacing_rule = WD_LINE_SPACING.SINGLE
    else:
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, exact


def characters(properties: Any, **values: str) -> None:
    """Indents in hundredths of a character, so that they follow the size of the type."""
    indent = properties.get_or_add_ind()
    for name, value in values.items():
        indent.set(qn(f"w:{name}"), value)


def letterhead(document: Any) -> None:
    document.add_paragraph("{{ 文件头 }}", "公文标志")
    ruled(document.add_paragraph("{{ 发文字号 }}", "公文字号"), "bottom", "C8102E", 12, 11)


def body(document: Any) -> None:
    document.add_paragraph("{{ 标题 }}", "公文标题")
    document.add_paragraph("{{ 主送机关 }}：", "公文主送")
    document.add_paragraph("{{p 正文 }}", "公文正文")
    document.add_paragraph("", "公文正文")
    document.add_paragraph("{{p 附件说明 }}", "公文附件说明")
    document.add_paragraph("", "公文正文").paragraph_format.keep_with_next = True
    name = document.add_paragraph("{{ 发文机关 }}", "公文署名")
    characters(name._p.get_or_add_pPr(), rightChars="200", right="640")
    date = document.add_paragraph("{{ 成文日期 }}", "公文署名")
    date.paragraph_format.keep_with_next = False
    characters(date._p.get_or_add_pPr(), rightChars="400", right="1280")
    document.add_paragraph("{{p 附件 }}", "公文正文")


def imprint(document: Any) -> None:
    """版记: thick rules outside, a thin one between; who gets copies, who issued it and when."""
    document.add_paragraph("", "公文正文")
    document.add_paragraph("{%p if 抄送机关 %}", "公文版记")
    copies = document.add_paragraph("抄送：{{ 抄送机关 }}。", "公文版记")
    ruled(copies, "top", "000000", 8, 1)
    document.add_paragraph("{%p endif %}", "公文版记")
    issued = document.add_paragraph(
        "{{ 发文机关 }}{% if 签发人 %}　　签发：{{ 签发人 }}{% endif %}\t{{ 成文日期 }}印发", "公文版记"
    )
    issued.paragraph_format.tab_stops.add_tab_stop(Mm(156), docx.enum.text.WD_TAB_ALIGNMENT.RIGHT)
    ruled(issued, "top", "000000", 6, 1)
    ruled(issued, "bottom", "000000", 8, 1)


def ruled(paragraph: Any, side: str, colour: str, eighths: int, space: int) -> None:
    """A rule along one side: its thickness in eighths of a point, its distance in points."""
    properties = paragraph._p.get_or_add_pPr()
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = OxmlElement("w:pBdr")
        properties.insert_element_before(
            borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
        )  # fmt: skip
    rule = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", str(eighths)), ("space", str(space)), ("color", colour)):
        rule.set(qn(f"w:{name}"), value)
    borders.append(rule)


def page_numbers(document: Any) -> None:
    """— 1 —, outside: at the right of odd pages, at the left of even ones."""
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    for footer, align in ((section.footer, RIGHT), (section.even_page_footer, LEFT)):
        paragraph = footer.paragraphs[0]
        paragraph.alignment = align
        characters(paragraph._p.get_or_add_pPr(), **{"rightChars" if align == RIGHT else "leftChars": "100"})
        for kind, text in (("", "— "), ("begin", ""), ("instr", "PAGE"), ("end", ""), ("", " —")):
            numbered(paragraph.add_run(text if not kind else ""), kind, text)


def numbered(run: Any, kind: str, text: str) -> None:
    run.font.size, run.font.name = FOUR, NUMBER_FONT
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), NUMBER_FONT)
    if kind == "instr":
        code = OxmlElement("w:instrText")
        code.set(qn("xml:space"), "preserve")
        code.text = text
        run._r.append(code)
    elif kind:
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
        run._r.append(mark)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
