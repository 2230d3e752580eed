"""The template with the words put in. Its marks may only name a variable, or ask whether one is empty."""

from __future__ import annotations

import io
import re
import unicodedata  # with the next: Python and jinja load them when they are first needed, and nothing more opens then
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import docx
import jinja2.debug
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree
from markupsafe import Markup, escape

from .archive import Refused

assert jinja2.debug
assert unicodedata

BLOCKS = ("正文", "附件说明", "附件")  # whole paragraphs: written {{p 正文 }}
OBLIGATORY = ("发文字号", "标题", "正文")
STYLES = {
    "paragraph": "公文正文",
    "item": "公文正文",
    "heading": "公文一级标题",
    "annex_name": "公文附件",
    "annex_title": "公文附件标题",
    "annex_list": "公文附件说明",
    "head": "公文表头",
    "cell": "公文表格",
}
_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.If, nodes.Not, nodes.And, nodes.Or,
)  # fmt: skip
_WORDS = {nodes.For: "for", nodes.Filter: "|", nodes.Getattr: ".", nodes.Getitem: "[ ]", nodes.Call: "( )"}
_MARK = re.compile(r"\{\{(p?)\s+(\w+)\s*\}\}|\{\{(\w+)\s*\}\}")
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


@dataclass(frozen=True)
class Filled:
    """`outline`: the style and the text of every paragraph of the result, headers and footers last."""

    data: bytes
    outline: list[tuple[str, str]]


class _Variables(ImmutableSandboxedEnvironment):
    """Refuses, in whatever part of the file, every mark but a name and a question whether it is empty."""

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self.names: set[str] = set()
        for known in (self.globals, self.filters, self.tests):
            known.clear()

    def _parse(self, source: str, name: Any, filename: Any) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for node in tree.find_all(nodes.Node):
            if not isinstance(node, _ALLOWED):
                raise Refused("wrong_syntax", what=_WORDS.get(type(node), type(node).__name__.lower()))
        self.names |= meta.find_undeclared_variables(tree)
        return tree


def fill(template: bytes, content: Mapping[str, Any]) -> Filled:
    """Raise `Refused` where the template cannot carry this content completely."""
    try:
        document = DocxTemplate(io.BytesIO(template))
        document.init_docx()
    except (ValueError, KeyError, etree.XMLSyntaxError, AttributeError):
        raise Refused("not_a_document") from None
    _whole_paragraphs(document.docx)
    styles = _styles(document.docx)
    values = _values(content, styles)
    environment = _Variables()
    try:
        document.render(values, environment)
    except TemplateError as error:
        _unknown(environment.names, values)
        raise Refused("wrong_syntax", what=(error.message or "")[:120]) from None
    _unknown(environment.names, values)
    if missing := [name for name in OBLIGATORY if name not in environment.names]:
        raise Refused("missing_variables", what="、".join(missing))
    _name_the_author(document.docx, content)
    made = io.BytesIO()
    document.docx.save(made)
    outline = list(_outline(docx.Document(io.BytesIO(made.getvalue()))))
    _complete(outline, content)
    return Filled(made.getvalue(), outline)


def _unknown(names: set[str], values: Mapping[str, Any]) -> None:
    if unknown := sorted(names - values.keys()):
        raise Refused("unknown_variables", what="、".join(unknown)[:200])


def _whole_paragraphs(document: Any) -> None:
    """What is made of paragraphs replaces its paragraph: beside it, text would be lost, or the file broken."""
    for paragraph in document.element.iter(qn("w:p")):
        text = "".join(run.text or "" for run in paragraph.iter(qn("w:t")))
        for found in _MARK.finditer(text):
            name = found[2] or found[3]
            if name in BLOCKS and (found[1] != "p" or text.strip() != found[0]):
                raise Refused("own_paragraph", what=name)


def _styles(document: Any) -> dict[str, str]:
    """Kind of block -> the id of its style in this template."""
    by_name = {style.name: style.style_id for style in document.styles}
    if missing := sorted({name for name in STYLES.values() if name not in by_name}):
        raise Refused("missing_styles", what="、".join(missing))
    return {kind: by_name[name] for kind, name in STYLES.items()}


def _values(content: Mapping[str, Any], styles: Mapping[str, str]) -> dict[str, Any]:
    annexes = content["annexes"]
    return {
        "文件头": content["letterhead"],
        "发文字号": content["number"],
        "标题": content["title"],
        "主送机关": "、".join(content["addressees"]),
        "正文": Markup("").join(_block(block, styles) for block in content["blocks"]),
        "附件说明": Markup("").join(_paragraph(text, styles["annex_list"]) for text in annex_lines(annexes)),
        "发文机关": content["issuer"],
        "成文日期": content["dated"],
        "签发人": content["signed_by"],
        "抄送机关": "、".join(content["copies"]),
        "附件": Markup("").join(_annex(annex, styles) for annex in annexes),
    }


def annex_lines(annexes: list[Any]) -> list[str]:
    """附件：1. … and, under the number, 2. …; a single annex has no number."""
    if len(annexes) == 1:
        return [f"附件：{annexes[0]['title']}"]
    return [
        ("附件：" if place == 1 else "　　　") + f"{place}. {annex['title']}"
        for place, annex in enumerate(annexes, start=1)
    ]


def _annex(annex: Mapping[str, Any], styles: Mapping[str, str]) -> Markup:
    head = _paragraph(annex["name"], styles["annex_name"], "<w:pageBreakBefore/>")
    title = _paragraph(annex["title"], styles["annex_title"])
    return head + title + Markup("").join(_block(block, styles) for block in annex["blocks"])


def _block(block: Mapping[str, Any], styles: Mapping[str, str]) -> Markup:
    if block["kind"] == "table":
        return _table(block, styles)
    return _paragraph(block["text"], styles[block["kind"]])


def _paragraph(text: str, style: str, more: str = "") -> Markup:
    words = f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
    return Markup(f'<w:p><w:pPr><w:pStyle w:val="{escape(style)}"/>{more}</w:pPr>{words}</w:p>')  # noqa: S704


def _table(block: Mapping[str, Any], styles: Mapping[str, str]) -> Markup:
    columns = len(block["head"])
    grid = f'<w:gridCol w:w="{8844 // max(columns, 1)}"/>' * columns
    rows = _row(block["head"], styles["head"], "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>")
    for cells in block["rows"]:
        rows += _row(cells, styles["cell"], "<w:trPr><w:cantSplit/></w:trPr>")
    return Markup(  # noqa: S704
        f'<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:jc w:val="center"/><w:tblBorders>{_BORDERS}</w:tblBorders>'
        f'<w:tblLayout w:type="autofit"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>'
    ) + _paragraph("", styles["cell"])


def _row(cells: list[str], style: str, properties: str) -> str:
    inside = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="0" w:type="auto"/><w:vAlign w:val="center"/></w:tcPr>{_paragraph(cell, style)}</w:tc>'
        for cell in cells
    )
    return f"<w:tr>{properties}{inside}</w:tr>"


def _name_the_author(document: Any, content: Mapping[str, Any]) -> None:
    """Not the person who edited the template last."""
    properties = document.core_properties
    properties.author = properties.last_modified_by = content["issuer"]
    properties.title, properties.subject = content["title"], content["number"]
    properties.comments = properties.keywords = properties.category = ""
    properties.revision = 1


def _outline(document: Any) -> Iterator[tuple[str, str]]:
    yield from _paragraphs(document.element.body, document)
    for section in document.sections:
        for part in (section.header, section.even_page_header, section.first_page_header, section.footer):
            if not part.is_linked_to_previous:
                yield from _paragraphs(part._element, document)


def _paragraphs(element: Any, document: Any) -> Iterator[tuple[str, str]]:
    names = {style.style_id: style.name for style in document.styles}
    for paragraph in element.iter(qn("w:p")):
        text = "".join(run.text or "" for run in paragraph.iter(qn("w:t")))
        style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        yield names.get(style.get(qn("w:val")), "") if style is not None else "", text


def _complete(outline: list[tuple[str, str]], content: Mapping[str, Any]) -> None:
    """The obligatory words are there to be read; `hidden` text of the template may not swallow them."""
    shown = "\n".join(text for _style, text in outline)
    texts = [("发文字号", content["number"]), ("标题", content["title"])]
    texts += [("正文", text) for text in _said(content["blocks"])]
    for annex in content["annexes"]:
        texts += [("附件", text) for text in (annex["title"], *_said(annex["blocks"]))]
    texts += [("主送机关", name) for name in content["addressees"]]
    if missing := list(dict.fromkeys(name for name, text in texts if text not in shown)):
        raise Refused("missing_in_result", what="、".join(missing))


def _said(blocks: list[Any]) -> Iterator[str]:
    for block in blocks:
        yield from (
            [block["text"]] if "text" in block else [*block["head"], *(cell for row in block["rows"] for cell in row)]
        )
