"""G11 of reliability.md: every address x every person x an object in North, one in South and one that is not there.

A denial is 302 to sign-in (nobody), 404 (for him it does not exist), 403 (his post does not cover it), 401 (a machine's
address, and no signature) or 405 (not that verb); it writes nothing, leaves the database as it was, and its page says the same whether the object exists or not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.http import Http404
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, path, reverse

from jiugong_desk.organisation.bridge import roles
from tests.structure.objects import CANARIES, visible
from tests.structure.routes import MACHINE, PUBLIC, ROUTES, SIGNED_IN, Route
from tests.structure.scene import Scene
from tests.support.fingerprint import fingerprint, written

pytestmark = pytest.mark.django_db
NOT_THERE = "a" * 14
ALLOWED = {200, 301, 302, 303, 400, 409, 422}
OTHER_VERBS = {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"}
TOKEN = re.compile(r"csrfmiddlewaretoken[^>]*|X-CSRFToken[^}]*")


@pytest.fixture(autouse=True)
def _one_document_per_report(monkeypatch):
    """The same report gives the same bytes (tests of the room): here each is set once, not once per reader."""
    from jiugong_desk.evaluation import documents

    made, make = {}, documents.pdf

    def pdf(report):
        if report.pk not in made:
            made[report.pk] = make(report)
        return made[report.pk]

    monkeypatch.setattr(documents, "pdf", pdf)


def names(resolver: URLResolver) -> Iterator[str | None]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern)
        elif isinstance(pattern, URLPattern):
            yield pattern.name


def unclassified(resolver: URLResolver) -> set[str | None]:
    return set(names(resolver)) ^ set(ROUTES)


def test_every_address_is_classified():
    assert not unclassified(get_resolver())


def test_a_new_address_is_noticed(monkeypatch):
    resolver = get_resolver()
    more = [path("new/", lambda request: None, name="new"), path("nameless/", lambda request: None)]
    monkeypatch.setattr(resolver, "url_patterns", [*resolver.url_patterns, *more])
    assert unclassified(resolver) == {"new", None}


def address(name: str, route: Route, ref: str) -> str:
    return reverse(name, kwargs={**({"ref": ref} if route.about else {}), **route.more})


def things(route: Route, scene: Scene) -> list[tuple[str, object, str]]:
    """(side, object, ref) to ask for: one row without a ref where the page is about no object."""
    if not route.about:
        return [("", None, "")]
    sides = [(side, getattr(scene.world, side)[route.about]) for side in ("north", "south")]
    return [(side, thing, thing.ref) for side, thing in sides] + [("nowhere", None, NOT_THERE)]


def expected(route: Route, staff, thing) -> str:
    if route.who == MACHINE:
        return "unsigned"
    may = route.who in (PUBLIC, SIGNED_IN) or staff.may(route.who)
    if route.about not in {
        "",
        "staff",
        "script",
        "watch_list",
        "policy_version",
        "document_template",
        "pbx",
        "extension",
    }:  # scoped: first whether it exists for him
        return "hidden" if thing is None or not visible(staff, thing) else "allowed" if may else "forbidden"
    if not may:
        return "forbidden"
    return "hidden" if route.about and thing is None else "allowed"


def outcome(answer) -> str:
    if answer.status_code == 302 and answer["Location"].startswith(reverse("login")):
        return "sign in"
    by_status = {401: "unsigned", 404: "hidden", 403: "forbidden", 405: "not that verb"}
    return by_status.get(answer.status_code, "allowed" if answer.status_code in ALLOWED else str(answer.status_code))


def ask(client: Client, verb: str, where: str, route: Route):
    if route.who == MACHINE and verb == "POST":
        return client.post(where, b"{}", content_type="application/json")
    return client.post(where, route.body) if verb == "POST" else client.generic(verb, where)


def denied(client: Client, verb: str, where: str, route: Route, want: str, told: tuple[str, ...]) -> str:
    """Ask what must be denied; the page that came. Not one statement may write."""
    with written() as statements:
        answer = ask(client, verb, where, route)
    assert outcome(answer) == want, (*told, verb, answer.status_code)
    assert not statements, (*told, verb, statements)
    page = TOKEN.sub("", answer.content.decode())
    assert not [canary for canary in CANARIES if canary in page], (*told, "shown")
    return page


def check_denials(name: str, route: Route, scene: Scene) -> None:
    pages: dict[tuple[str, str, str], str] = {}
    for who, client in scene.outside().items():
        for side, _thing, ref in things(route, scene):
            want = "unsigned" if route.who == MACHINE else "sign in"
            for verb in route.verbs if route.who != PUBLIC else ():
                denied(client, verb, address(name, route, ref), route, want, (who, side))
    for person, staff in scene.people.items():
        client = scene.client(person)
        for side, thing, ref in things(route, scene):
            if (want := expected(route, staff, thing)) == "allowed":
                continue
            for verb in route.verbs:
                page = denied(client, verb, address(name, route, ref), route, want, (person, side))
                page = page.replace(ref, "REF") if ref else page
                assert pages.setdefault((person, verb, want), page) == page, f"{person} can tell {side} apart"
    management = scene.client("management")
    for verb in sorted(OTHER_VERBS - set(route.verbs)):
        _side, _thing, ref = things(route, scene)[0]
        answer = ask(management, verb, address(name, route, ref), route)
        fine = {"not that verb"} if verb != "HEAD" else {"not that verb", expected_head(route, scene)}
        assert outcome(answer) in fine, (verb, answer.status_code)


def expected_head(route: Route, scene: Scene) -> str:
    """HEAD is a GET without its body, where a page takes it at all."""
    return expected(route, scene.people["management"], things(route, scene)[0][1]) if "GET" in route.verbs else ""


def check_allowed(name: str, route: Route, scene: Scene) -> None:
    if route.who == PUBLIC:
        for client in scene.outside().values():
            for verb in route.verbs:
                assert outcome(ask(client, verb, address(name, route, ""), route)) == "allowed"
    for person, staff in scene.people.items():
        client = scene.client(person)
        for side, thing, ref in things(route, scene):
            if expected(route, staff, thing) != "allowed":
                continue
            for verb in route.verbs:
                answer = ask(client, verb, address(name, route, ref), route)
                want = "sign in" if name == "logout" else "allowed"
                assert outcome(answer) == want, (person, verb, side, answer.status_code)
                check_page(answer)


def check_page(answer) -> None:
    assert "no-store" in answer["Cache-Control"]
    if answer.status_code == 200 and "text/html" in answer["Content-Type"]:
        page = answer.content.decode()
        assert not [canary for canary in CANARIES if canary in page], "shown unmasked"


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_who_may(name, scene):
    before = fingerprint()
    check_denials(name, ROUTES[name], scene)
    assert fingerprint() == before, "a denial was written down"
    check_allowed(name, ROUTES[name], scene)


def test_every_role_of_the_policy_stands_in_the_scene(scene):
    assert {role for staff in scene.people.values() for role in staff.roles} == set(roles())


def test_the_scene_is_not_trivial(scene):
    """The matrix proves nothing if everybody sees everything, or nobody anything."""
    seen = {
        (person, side, kind)
        for person, staff in scene.people.items()
        for side in ("north", "south")
        for kind, thing in getattr(scene.world, side).items()
        if visible(staff, thing)
    }
    for kind in ("customer", "entry", "appointment", "complaint"):
        assert ("wang", "north", kind) in seen
        assert ("wang", "south", kind) not in seen
        assert ("li", "north", kind) not in seen
    for kind in ("customer", "campaign", "entry", "appointment", "report", "complaint"):
        assert ("admin", "north", kind) not in seen
        assert ("former", "north", kind) not in seen
        assert ("auditor", "south", kind) in seen


def test_a_machine_that_forgot_the_signature_is_caught(scene, monkeypatch):
    monkeypatch.setattr("jiugong_desk.telephony.queries.sender", lambda *args, **kwargs: scene.world.north["pbx"])
    with pytest.raises(AssertionError, match="422"):
        check_denials("telephony_events", ROUTES["telephony_events"], scene)


def test_a_page_that_forgot_its_permission_is_caught(scene, monkeypatch):
    monkeypatch.setattr("jiugong_desk.evaluation.views.require", lambda staff, permission: None)
    with pytest.raises(AssertionError, match="200"):
        check_denials("progress", ROUTES["progress"], scene)


def test_a_page_that_forgot_its_scope_is_caught(scene, monkeypatch):
    def anybody(model, staff, ref):
        if found := model.objects.everyone().filter(ref=ref).first():
            return found
        raise Http404

    monkeypatch.setattr("jiugong_desk.customers.views.get_visible", anybody)
    with pytest.raises(AssertionError, match=r"south.*200"):
        check_denials("customer", ROUTES["customer"], scene)


def test_a_denial_that_writes_is_caught(scene, monkeypatch):
    from jiugong_desk.customers import views

    plain = views.get_visible

    def noted(model, staff, ref):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE customers_customer SET salutation = 'seen'")
        return plain(model, staff, ref)

    monkeypatch.setattr(views, "get_visible", noted)
    with pytest.raises(AssertionError, match="customers_customer"):
        check_denials("customer", ROUTES["customer"], scene)
