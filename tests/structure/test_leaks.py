"""G27 of reliability.md: a customer's name, mobile and ID number reach no log, no address, no message, no audit fact.

Everybody asks for everything about a marked customer, and types the marks into every field there is; then all that
outlives an answer is searched for them.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

import pytest
from django.contrib.messages import get_messages
from django.contrib.sessions.models import Session
from django.forms import Form
from django.test import Client
from django.urls import reverse

from jiugong_desk.audit.models import AuditRecord
from tests.structure.objects import CANARIES, CANARY_ID, CANARY_MOBILE, CANARY_NAME
from tests.structure.routes import ROUTES, Route
from tests.structure.scene import PEOPLE, Scene
from tests.structure.source import templates

pytestmark = pytest.mark.django_db
MARKS = {*CANARIES, CANARY_MOBILE[:3] + " " + CANARY_MOBILE[3:7] + " " + CANARY_MOBILE[7:]}
MENTION = f"{CANARY_NAME} {CANARY_MOBILE} {CANARY_ID}"


def typed() -> dict[str, str]:
    """Every field that a form or a template names, filled with the marks."""
    forms = [form for form in _below(Form) if form.__module__.startswith("jiugong_desk")]
    names = {name for form in forms for name in form.base_fields}
    for template in templates():
        names |= set(re.findall(r'\bname="(\w+)"', template.read_text(encoding="utf-8")))
    return dict.fromkeys(names - {"next", "csrfmiddlewaretoken"}, MENTION)


def _below(parent: type) -> Iterator[type]:
    for child in parent.__subclasses__():
        yield child
        yield from _below(child)


def found(text: str) -> list[str]:
    return [mark for mark in MARKS if mark in text]


@pytest.fixture
def log(caplog):
    """Everything that is logged, as it would be written, at every level."""
    caplog.set_level(logging.DEBUG)
    logging.getLogger("django.db.backends").setLevel(logging.INFO)  # the statements' values, in debug mode only
    yield caplog
    logging.getLogger("django.db.backends").setLevel(logging.NOTSET)


def everything(person: str, scene: Scene):
    """Each address about the marked customer of North, asked with the marks in every field."""
    client = scene.client(person)
    client.raise_request_exception = False
    marks = typed()
    for name, route in ROUTES.items():
        if name == "logout":
            continue
        where = reverse(name, kwargs={**({"ref": ref_of(route, scene)} if route.about else {}), **route.more})
        for verb in route.verbs:
            yield client, name, client.get(where) if verb == "GET" else client.post(where, marks | route.body)


def ref_of(route: Route, scene: Scene) -> str:
    return scene.world.north[route.about].ref


@pytest.mark.parametrize("person", PEOPLE)
def test_nothing_gets_out(person, scene, log):
    for _client, name, answer in everything(person, scene):
        assert answer.status_code < 500, name
        assert not found(str(answer.headers)), f"{name}: in a header"
        assert not found(answer.headers.get("Location", "")), f"{name}: in an address"
        said = " ".join(str(message) for message in get_messages(answer.wsgi_request))
        assert not found(said), f"{name}: in a message"
    assert not found(log.text), "in the log"
    assert not [row for row in AuditRecord.objects.all() if found(row.facts)], "in the audit log"
    sessions = (str(session.get_decoded()) for session in Session.objects.all())
    assert not found(" ".join(sessions)), "in a session"


def test_an_error_of_ours_tells_nothing_either(scene, log, monkeypatch):
    """The page of an error and its traceback in the log, with the marks in the request."""

    def fail(*args, **kwargs):
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr("jiugong_desk.customers.views.queries.search", fail)
    client = scene.client("wang")
    client.raise_request_exception = False
    answer = client.post(reverse("customer_search"), {"q": CANARY_MOBILE, "note": MENTION})
    assert answer.status_code == 500
    assert "没有保存任何内容" in answer.content.decode()
    assert "a mistake of ours" in log.text
    assert not found(log.text + answer.content.decode())


def test_the_search_would_have_found_it(scene, log):
    """The test proves nothing if the marks are not in play."""
    page = scene.client("wang").post(reverse("customer_search"), {"q": CANARY_MOBILE}).content.decode()
    assert scene.world.north["customer"].ref in page
    logging.getLogger("jiugong_desk").warning("reached %s", CANARY_MOBILE)
    assert found(log.text) == [CANARY_MOBILE]
    assert Client().get("/nowhere/").status_code == 404
