"""G11 of reliability.md: every address x every person x an object in North, one in South and one that is not there.

A denial is 302 to sign-in (nobody), 404 (for him it does not exist), 403 (his post does not cover it) or 405 (not that
verb); it leaves the database as it was, and its page says the same whether the object exists or not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.structure.objects import CANARY_ID, CANARY_MOBILE, CANARY_NAME, make_world, visible
from tests.structure.routes import BOTH, PUBLIC, ROUTES, SIGNED_IN, Route
from tests.support.cast import make_cast, make_staff
from tests.support.fingerprint import fingerprint

NOT_THERE = "a" * 14
PEOPLE = (
    "wang", "sun", "zhao", "qian", "li", "planner", "department", "compliance", "management", "steward", "auditor", "admin",
)  # fmt: skip
ALLOWED = {200, 301, 302, 303, 400, 409, 422}
TOKEN = re.compile(r"csrfmiddlewaretoken[^>]*|X-CSRFToken[^}]*")


def names(resolver: URLResolver | None = None) -> Iterator[str | None]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern)
        elif isinstance(pattern, URLPattern):
            yield pattern.name


def test_every_address_is_classified():
    found = list(names())
    assert None not in found, "an address without a name"
    assert sorted(set(found)) == sorted(ROUTES)


@pytest.fixture
def scene(db):
    """The cast, the objects, and a client for everybody."""
    cast = make_cast()
    world = make_world(cast)
    gone = make_staff("8001", "尤离", "customer_manager", cast.north)
    people = {name: getattr(cast, name) for name in PEOPLE}
    clients = {name: Client() for name in people}
    for name, client in clients.items():
        client.force_login(people[name], backend="django.contrib.auth.backends.ModelBackend")
    disabled = Client()
    disabled.force_login(gone, backend="django.contrib.auth.backends.ModelBackend")
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    return world, people, clients, {"anonymous": Client(), "disabled": disabled}


def address(name: str, route: Route, ref: str) -> str:
    kwargs = {**({"ref": ref} if route.about else {}), **route.more}
    return reverse(name, kwargs=kwargs)


def things(route: Route, world) -> list[tuple[str, object, str]]:
    """(side, object, ref) to ask for: one row without a ref where the page is about no object."""
    if not route.about:
        return [("", None, "")]
    sides = [(side, getattr(world, side)[route.about]) for side in ("north", "south")]
    return [(side, thing, thing.ref) for side, thing in sides] + [("nowhere", None, NOT_THERE)]


def scoped(route: Route, world) -> bool:
    return route.about not in {"", "staff", "script"}


def expected(route: Route, world, staff, thing) -> str:
    may = route.who in (PUBLIC, SIGNED_IN) or staff.may(route.who)
    if scoped(route, world):
        return "hidden" if thing is None or not visible(staff, thing) else "allowed" if may else "forbidden"
    if not may:
        return "forbidden"
    return "hidden" if route.about and thing is None else "allowed"


def outcome(answer) -> str:
    if answer.status_code == 302 and answer["Location"].startswith(reverse("login")):
        return "sign in"
    by_status = {404: "hidden", 403: "forbidden", 405: "not that verb"}
    return by_status.get(answer.status_code, "allowed" if answer.status_code in ALLOWED else str(answer.status_code))


def ask(client: Client, verb: str, where: str, route: Route):
    return (
        client.generic(verb, where) if verb not in ("GET", "POST") else getattr(client, verb.lower())(where, route.body)
    )


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_who_may(name, scene):
    world, people, clients, outside = scene
    route = ROUTES[name]
    denied, allowed, bodies = [], [], {}
    for person, staff in people.items():
        for side, thing, ref in things(route, world):
            want = expected(route, world, staff, thing)
            (allowed if want == "allowed" else denied).append((person, side, ref, want))

    before = fingerprint()
    for who, client in outside.items():
        for _side, _thing, ref in things(route, world):
            for verb in route.verbs:
                answer = ask(client, verb, address(name, route, ref), route)
                assert outcome(answer) == ("allowed" if route.who == PUBLIC else "sign in"), (who, verb)
    for person, side, ref, want in denied:
        for verb in route.verbs:
            answer = ask(clients[person], verb, address(name, route, ref), route)
            assert outcome(answer) == want, (person, verb, side, answer.status_code)
            text = TOKEN.sub("", answer.content.decode()).replace(ref, "REF") if ref else ""
            assert bodies.setdefault((person, verb, want), text) == text, f"{person} can tell {side} apart"
            assert not {CANARY_NAME, CANARY_MOBILE, CANARY_ID} & set(re.findall(r"\w+", text))
    for verb in {"GET", "POST", "PUT", "PATCH", "DELETE"} - set(route.verbs):
        for _side, _thing, ref in things(route, world)[:1]:
            answer = ask(clients["management"], verb, address(name, route, ref), route)
            assert outcome(answer) == "not that verb", verb
    assert fingerprint() == before, "a denial was written down"

    for person, side, ref, _want in allowed:
        for verb in route.verbs:
            answer = ask(clients[person], verb, address(name, route, ref), route)
            came = outcome(answer)
            assert came == ("sign in" if name == "logout" else "allowed"), (person, verb, side, answer.status_code)
            if name == "logout":
                clients[person].force_login(people[person], backend="django.contrib.auth.backends.ModelBackend")
            if answer.status_code == 200 and "text/html" in answer["Content-Type"]:
                assert answer["Cache-Control"].find("no-store") >= 0
                page = answer.content.decode()
                assert not [raw for raw in (CANARY_NAME, CANARY_MOBILE, CANARY_ID) if raw in page], "shown unmasked"


def test_the_scene_is_not_trivial(scene):
    """The matrix proves nothing if everybody sees everything, or nobody anything."""
    world, people, _clients, _outside = scene
    seen = {
        (person, side, kind)
        for person, staff in people.items()
        for side in ("north", "south")
        for kind, thing in getattr(world, side).items()
        if visible(staff, thing)
    }
    for kind in ("customer", "entry", "appointment", "complaint"):
        assert ("wang", "north", kind) in seen
        assert ("wang", "south", kind) not in seen
        assert ("li", "north", kind) not in seen
    for kind in ("customer", "campaign", "entry", "appointment", "report", "complaint"):
        assert ("admin", "north", kind) not in seen
        assert ("auditor", "south", kind) in seen
    assert BOTH == ("GET", "POST")
