"""Everybody and everything that the access matrix asks with: the cast, the posts it lacks, and two worlds of objects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from http.cookies import SimpleCookie

from django.conf import settings
from django.test import Client

from jiugong_desk.organisation.models import Posting, Staff
from tests.structure.objects import World, make_world
from tests.support.cast import make_cast, make_staff

PEOPLE = (
    "wang", "sun", "zhao", "qian", "li", "planner", "department", "compliance", "management", "steward", "auditor", "admin",
)  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """`people` can sign in; their sessions stay valid from test to test, their clients do not."""

    world: World
    people: dict[str, Staff]
    sessions: dict[str, str]

    def client(self, person: str) -> Client:
        client = Client()
        client.cookies = SimpleCookie({settings.SESSION_COOKIE_NAME: self.sessions[person]})
        return client

    def outside(self) -> dict[str, Client]:
        """Nobody, and somebody whose number was switched off while he was signed in."""
        return {"anonymous": Client(), "disabled": self.client("disabled")}


def make_scene() -> Scene:
    cast = make_cast()
    people = {name: getattr(cast, name) for name in PEOPLE}
    people |= {
        "wealth": make_staff("1005", "吴理", "wealth_manager", cast.north),
        "checker": make_staff("9008", "韩质", "quality_checker", cast.branch),
        "finance": make_staff("9009", "许计", "finance_hr", cast.branch),
        "former": make_staff("8002", "蒋旧", "outlet_head", cast.north),  # may sign in, and holds no post any more
    }
    Posting.objects.filter(staff=people["former"]).update(ended_on=date(2025, 12, 31))
    gone = make_staff("8001", "尤离", "customer_manager", cast.north)
    sessions = {name: _sign_in(staff) for name, staff in {**people, "disabled": gone}.items()}
    Staff.objects.filter(pk=gone.pk).update(is_active=False)
    return Scene(make_world(cast), people, sessions)


def _sign_in(staff: Staff) -> str:
    client = Client()
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value
