"""Habits that a reviewer would remark on twice."""

from __future__ import annotations

import ast
import re

import pytest

from jiugong_desk.audit.labels import VERBS
from jiugong_desk.organisation.bridge import known_permissions
from tests.structure.source import DESK, LIBRARY, ROOMS, attributes, python_files, said, tree

PAGES = [
    path for path in python_files(DESK) if path.stem in {"views", "forms"} or path.parent.name in {"views", "forms"}
]
VERB = re.compile(r"[a-z_]+\.[a-z_]+")
EVERYTHING = [*python_files(DESK), *python_files(LIBRARY)]


@pytest.mark.parametrize("path", PAGES, ids=said)
def test_pages_say_who_is_looking(path):
    """`everyone()` is for services; a bare `objects.get` knows no scope and answers 500 where 404 is meant."""
    for line, dotted in attributes(path):
        assert not dotted.endswith((".everyone", ".rows", "objects.get")), f"{said(path)}:{line} {dotted}"


def test_no_error_is_swallowed():
    swallowed = [
        f"{said(path)}:{node.lineno}"
        for path in EVERYTHING
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
    ]
    assert not swallowed


def test_no_query_is_built_from_text():
    built = [
        f"{said(path)}:{line} {dotted}"
        for path in python_files(DESK)
        for line, dotted in attributes(path)
        if dotted.endswith((".extra", "objects.raw", ").raw", "RawSQL"))
    ]
    assert not built


def test_modules_stay_readable():
    long = {said(path): count for path in EVERYTHING if (count := len(path.read_text("utf-8").splitlines())) > 400}
    assert not long


def _verbs(path):
    """What looks like a verb of the audit log (`visit.booked`) and is no permission of the policy."""
    texts = (node.value for node in ast.walk(tree(path)) if isinstance(node, ast.Constant))
    for text in texts:
        if isinstance(text, str) and VERB.fullmatch(text) and text not in known_permissions():
            yield text


@pytest.mark.parametrize("room", ROOMS)
def test_every_audit_verb_has_words(room):
    services = [path for path in python_files(DESK / room) if {"services", "services.py"} & set(path.parts)]
    assert {verb for path in services for verb in _verbs(path)} <= VERBS.keys()


@pytest.mark.parametrize("room", ROOMS)
def test_services_take_keywords_and_the_moment(room):
    """Every public verb of a service module: keyword-only after the first argument."""
    for path in python_files(DESK / room):
        if path.stem != "services" and path.parent.name != "services":
            continue
        for node in tree(path).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                positional = len(node.args.args)
                assert positional <= 2, f"{said(path)}: {node.name} takes {positional} positional arguments"
