"""What may be issued, who may acknowledge it, and why a bank's Word template is not taken. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..core.verdict import ALLOWED, Reason, Verdict, refused

LONGEST_TITLE, MOST_SECTIONS, MOST_ANNEXES, MOST_COPIES, LONGEST_COPY = 120, 40, 20, 20, 40
WORD = re.compile(r"[\u4e00-\u9fff]{1,10}")

WRONG_WORD = Reason("wrong_word", _("机关代字须是 1 至 10 个汉字。"), remedy=_("例如“滨银综”。"))
NO_TITLE = Reason("no_title", _("文件没有标题。"), remedy=_("请写明标题。"))
LONG_TITLE = Reason("long_title", _("标题超过 {most} 字。"), {"most": LONGEST_TITLE}, _("请缩短方案名称后重新送审。"))
NO_BODY = Reason("no_body", _("文件没有正文。"), remedy=_("请填写正文。"))
NO_ADDRESSEE = Reason("no_addressee", _("没有收文机构。"), remedy=_("请先安排参与人员。"))
TOO_MANY = Reason("too_many_parts", _("正文或附件过多。"), remedy=_("请合并后再印发。"))
WRONG_COPIES = Reason(
    "wrong_copies", _("抄送最多 {most} 个，每个不超过 {longest} 字。"),
    {"most": MOST_COPIES, "longest": LONGEST_COPY}, _("请用顿号分开。"),
)  # fmt: skip
NOT_HERE = Reason("not_an_addressee", _("您所在机构不是本文件的收文机构。"), remedy=_("由收文机构负责人确认。"))


def may_issue(
    *, title: str, word: str, addressees: int, sections: int, annexes: int, copies: Collection[str]
) -> Verdict:
    """A document has a title, a word for its number, a body, and somebody to read it."""
    checks = (
        (WRONG_WORD, WORD.fullmatch(word) is not None),
        (NO_TITLE, bool(title.strip())),
        (LONG_TITLE, len(title) <= LONGEST_TITLE),
        (NO_BODY, sections > 0),
        (NO_ADDRESSEE, addressees > 0),
        (TOO_MANY, sections <= MOST_SECTIONS and annexes <= MOST_ANNEXES),
        (WRONG_COPIES, len(copies) <= MOST_COPIES and all(len(name) <= LONGEST_COPY for name in copies)),
    )
    return Verdict(tuple(reason for reason, holds in checks if not holds))


def may_acknowledge(addressees: Collection[int], posts: Collection[int]) -> Verdict:
    """Only somebody posted at an addressee speaks for it: units by id, posts being those that may acknowledge."""
    return ALLOWED if set(addressees) & set(posts) else refused(NOT_HERE)


# What a bank's template may hold. The obligatory ones make a document; without them it is a piece of paper.
VARIABLES: Mapping[str, Any] = {
    "{{ 文件头 }}": _("发文机关标志，如“江城银行滨江支行文件”"),
    "{{ 发文字号 }}": _("如“滨银综〔2026〕1号”；必需"),
    "{{ 标题 }}": _("文件标题；必需"),
    "{{ 主送机关 }}": _("收文机构，以顿号分开"),
    "{{p 正文 }}": _("正文各段、标题和表格，须独占一段；必需"),
    "{{p 附件说明 }}": _("正文之后的附件名称，须独占一段；没有附件时为空"),
    "{{ 发文机关 }}": _("署名，如“江城银行滨江支行”"),
    "{{ 成文日期 }}": _("如“2026年3月2日”"),
    "{{ 签发人 }}": _("签发人姓名"),
    "{{ 抄送机关 }}": _("抄送，以顿号分开；没有时为空"),
    "{{p 附件 }}": _("附件全文，须独占一段，每个附件另起一页"),
    "{%p if 抄送机关 %}": _("自下一段起，只在有抄送时出现；也可用于其他变量"),
    "{%p endif %}": _("到此为止"),
}
HOW = _("照抄写进模板即可；带 p 的须独占一段。")

_AGAIN = _("请在 Word 中改好后重新上传。")
FAULTS: Mapping[str, tuple[Any, Any]] = {
    "not_a_document": (_("这不是能打开的 .docx 文件。"), _("请用 Word 或 WPS 另存为 .docx。")),
    "strange_parts": (_("文件内部结构异常。"), _("请用 Word 打开，另存为新的 .docx。")),
    "unpacks_too_big": (_("文件解开后过大。"), _("请删去大图后再上传。")),
    "packed_too_well": (_("文件压缩比异常。"), _("请用 Word 打开，另存为新的 .docx。")),
    "has_entities": (_("文件含有不允许的 XML 声明。"), _("请用 Word 打开，另存为新的 .docx。")),
    "has_macros": (_("文件含有宏。"), _("请另存为不含宏的 .docx。")),
    "has_objects": (_("文件含有嵌入对象或控件：{what}。"), _("请删去后再上传。")),
    "points_outside": (_("文件引用了外部内容：{what}。"), _("请删去链接、链接的图片或附加的模板（文件、选项、加载项、模板）。")),
    "has_fields": (_("文件含有会读取外部内容的域：{what}。"), _("请删去该域。")),
    "marks_in_field": (_("域代码中有模板标记：{what}。"), _("请把标记移到域外。")),
    "unknown_variables": (_("模板中有不认识的变量：{what}。"), _("可用的变量见本页说明。")),
    "missing_variables": (_("模板缺少必需的变量：{what}。"), _AGAIN),
    "missing_styles": (_("模板缺少样式：{what}。"), _("请从现用模板改起，保留这些样式。")),
    "own_paragraph": (_("“{what}”须独占一段，写法见本页的变量说明。"), _AGAIN),
    "wrong_syntax": (_("模板中的标记有误：{what}。"), _AGAIN),
    "missing_in_result": (_("试排的文件中没有：{what}。"), _("请检查变量是否放在会显示的位置。")),
    "too_much": (_("处理这个模板用的时间或内存超过上限。"), _("请简化模板；不要在模板中写循环。")),
    "too_big": (_("文件超过 {most} MB。"), _("请压缩其中的图片。")),
}  # fmt: skip


def template_fault(code: str, what: str = "", **facts: Any) -> Reason:
    """Why a template is not taken, in words. `what` comes from the file: it is shown, never kept."""
    text, remedy = FAULTS.get(code, FAULTS["not_a_document"])
    return Reason(code, text, {"what": what, **facts}, remedy)
