"""Real pages in real Chromium: people sign in by the form, each in a browser of his own, at a time that the test sets."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright

from jiugong_desk.core import clock
from jiugong_desk.organisation.models import Staff
from tests.support.cast import NOW, PASSWORD

DESKTOP, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
PATIENCE = 15_000  # milliseconds; a shared machine stalls now and then


def pytest_collection_modifyitems(items) -> None:
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    found = shutil.which("chromium")
    assert found, "no Chromium; run scripts/setup.sh test"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@dataclass
class Desk:
    """The site, its clock, and what the browsers complained about."""

    address: str
    browser: Browser
    now: datetime = NOW
    complaints: list[str] = field(default_factory=list)

    def sign_in(self, staff: Staff, *, viewport: dict[str, int] = DESKTOP) -> Page:
        page = self.page(viewport=viewport)
        page.goto(f"{self.address}/login/")
        page.get_by_label("工号").fill(staff.staff_no)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(lambda address: "/login/" not in address)
        return page

    def page(self, *, viewport: dict[str, int] = DESKTOP, signed_in: Staff | None = None) -> Page:
        """A fresh browser; `signed_in` skips the form, for tests that are not about it."""
        context = self.browser.new_context(viewport=viewport, locale="zh-CN", timezone_id="Asia/Shanghai")
        if signed_in is not None:
            client = Client()
            client.force_login(signed_in, backend="django.contrib.auth.backends.ModelBackend")
            session = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.address}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda said: said.type == "error" and self._console(page, said.text))
        page.on("request", lambda sent: self._only_ours(sent.url))
        return page

    def _console(self, page: Page, text: str) -> None:
        if not text.startswith("Failed to load resource"):  # the browser's own word for a 404, 409 or 422
            self.complaints.append(f"{page.url}: {text}")

    def _only_ours(self, address: str) -> None:
        if not address.startswith((self.address, "data:", "about:")):
            self.complaints.append(f"asked elsewhere: {address}")

    def status(self, page: Page, path: str) -> int:
        """What this person gets at an address."""
        answer = page.goto(self.address + path)
        assert answer is not None
        return answer.status

    def post(self, page: Page, path: str, form: dict[str, str]) -> int:
        """A form that this person's page does not offer, sent all the same, with a valid token."""
        token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
        answer = page.request.post(self.address + path, form={"csrfmiddlewaretoken": token, **form}, max_redirects=0)
        return answer.status


@pytest.fixture
def desk(live_server, chromium: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """No script error, no refused resource (content security policy), nothing fetched from elsewhere, in any test."""
    shown = Desk(live_server.url, chromium)
    monkeypatch.setattr(clock, "now", lambda: shown.now)
    yield shown
    for context in list(chromium.contexts):
        context.close()
    assert not shown.complaints
