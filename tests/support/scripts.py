"""Scripts that conform: the fixed steps with something between."""

from __future__ import annotations

from typing import Any

from jiugong_desk.scripts.content import plain
from jiugong_desk.scripts.samples import bare


def conforming(*steps: dict[str, Any], **whole: Any) -> dict[str, Any]:
    """The fixed steps, and `steps` before the last of them; `whole` overrides parts of the script."""
    made = plain(bare())
    made["steps"][-1:-1] = list(steps)
    return made | whole


def step(key: str = "needs", **values: Any) -> dict[str, Any]:
    return {"key": key, "title": "了解需求", "say": "方便了解一下您的安排吗？", "questions": [], "next": []} | values


def choice(key: str = "money", *choices: str, **values: Any) -> dict[str, Any]:
    return {"key": key, "label": "近期资金", "kind": "choice", "choices": list(choices or ("有", "无"))} | values


def jump(go: str, question: str = "", *answers: str) -> dict[str, Any]:
    return {"when": {"question": question, "is": list(answers)} if question else {}, "go": go}
