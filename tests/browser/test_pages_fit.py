"""Every page that a person can open, at the width of a bank's desk and of a phone: it fits, and it speaks Chinese."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, PHONE, Desk
from tests.structure.objects import make_world, visible
from tests.structure.routes import PUBLIC, ROUTES, SIGNED_IN, Route
from tests.support.cast import Cast

# Who opens a page here: the first of these whose post covers it.
READERS = (
    "wang", "planner", "compliance", "management", "department", "qian", "auditor", "admin", "steward", "zhao",
)  # fmt: skip
# Names of things, not words of ours. Codes, serial numbers and fingerprints hold a digit and are no words.
NO_PAGES = {  # documents, an image, a workbook
    "campaign_attachment", "material", "product_template", "report_pdf", "migration_image", "import_template", "document_file", "document_template_default",
    "document_template_file", "document_template_trial", "visit_ics", "visits_ics",
}  # fmt: skip
NOT_CHINESE = {"English", "jiugong", "Word"}
WORD = re.compile(r"(?<![\w.:/-])[A-Za-z]{4,}(?![\w.:/-]*\d)(?![\w@/-])")
PLACE = re.compile(r"{[a-z]+}")
WIDER = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  return [...document.querySelectorAll('main *')].filter(one => one.getBoundingClientRect().right > wide + 1)
    .slice(0, 3).map(one => one.outerHTML.slice(0, 120));
}"""


def pages() -> list[str]:
    return sorted(name for name, route in ROUTES.items() if "GET" in route.verbs and name not in NO_PAGES)


def reader(cast: Cast, route: Route, thing: Any) -> str:
    """`thing`: what the page is about, which he may know; None for the others."""
    everybody = route.who in (PUBLIC, SIGNED_IN)
    able = (name for name in READERS if everybody or getattr(cast, name).may(route.who))
    return next(name for name in able if thing is None or visible(getattr(cast, name), thing))


def unfit(page: Page) -> list[str]:
    return page.evaluate(WIDER)


def foreign(page: Page) -> set[str]:
    """Words in Latin letters; not those in `code`, nor the {places} that a script's author fills."""
    text = page.evaluate(
        "() => { document.querySelectorAll('code').forEach(one => one.remove()); return document.body.innerText; }"
    )
    return set(WORD.findall(PLACE.sub("", text))) - NOT_CHINESE


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_page_fits_and_speaks_chinese(desk: Desk, cast: Cast, viewport) -> None:
    world, open_pages, found = make_world(cast), {}, {}
    for name in pages():
        route = ROUTES[name]
        person = "nobody" if name == "login" else reader(cast, route, world.north.get(route.about))
        if person not in open_pages:
            staff = None if person == "nobody" else getattr(cast, person)
            open_pages[person] = desk.page(viewport=viewport, signed_in=staff)
        page = open_pages[person]
        ref = {"ref": world.north[route.about].ref} if route.about else {}
        status = desk.status(page, reverse(name, kwargs={**ref, **route.more}))
        found[name] = (status, unfit(page), foreign(page))
    wrong = [f"{name}: {seen}" for name, seen in found.items() if seen != (200, [], set())]
    assert not wrong, "\n".join(wrong)


def test_every_room_of_the_menu_is_in_sight(desk: Desk, cast: Cast) -> None:
    """On a desk nobody scrolls sideways for a room; the outlet head has the most of them."""
    for name in ("wang", "zhao", "qian", "planner", "compliance", "steward"):
        page = desk.page(viewport=DESKTOP, signed_in=getattr(cast, name))
        page.goto(desk.address + reverse("home"))
        hidden = page.evaluate(
            "() => [...document.querySelectorAll('.desk-nav a')].filter(one => "
            "one.getBoundingClientRect().right > document.querySelector('.desk-nav').getBoundingClientRect().right)"
            ".map(one => one.innerText)"
        )
        assert hidden == [], name
