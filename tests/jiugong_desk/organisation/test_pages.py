"""Sign-in and the administrator's pages: first who may not, then what happens."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from jiugong_desk.organisation import services
from jiugong_desk.organisation.models import Staff
from tests.support.cast import NOW, PASSWORD
from tests.support.fingerprint import fingerprint

pytestmark = pytest.mark.django_db


def pages(staff):
    """Every page of the administrator: method, address, a body that would be right."""
    posting = staff.postings.first()
    return [
        ("get", reverse("staff"), {}),
        ("get", reverse("staff_new"), {}),
        (
            "post",
            reverse("staff_new"),
            {"staff_no": "5001", "name": "何新", "unit": posting.unit_id, "role": "planner"},
        ),
        ("get", reverse("staff_member", args=[staff.ref]), {}),
        ("post", reverse("staff_password", args=[staff.ref]), {}),
        ("post", reverse("staff_post", args=[staff.ref]), {"unit": posting.unit_id, "role": "planner"}),
        ("post", reverse("staff_end_post", args=[staff.ref]), {"posting": posting.pk, "reason": "调往南门"}),
        ("post", reverse("staff_deactivate", args=[staff.ref]), {"reason": "离职交接"}),
        ("post", reverse("staff_reactivate", args=[staff.ref]), {"reason": "返岗工作"}),
    ]


@pytest.mark.parametrize("who", ["wang", "zhao", "management", "auditor"])
def test_nobody_but_an_administrator(cast, login, who):
    client = login(getattr(cast, who))
    before = fingerprint()
    for method, address, body in pages(cast.li):
        assert getattr(client, method)(address, body).status_code == 403, address
    assert fingerprint() == before


def test_strangers_are_sent_to_sign_in(cast):
    before = fingerprint()
    for method, address, body in pages(cast.li):
        answer = getattr(Client(), method)(address, body)
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("login"))
    assert fingerprint() == before


def test_somebody_who_does_not_exist_is_not_found(cast, login):
    assert login(cast.admin).get(reverse("staff_member", args=["nobody"])).status_code == 404


def test_a_posting_of_somebody_else_cannot_be_ended(cast, login):
    client = login(cast.admin)
    before = fingerprint()
    body = {"posting": cast.li.postings.get().pk, "reason": "调往南门"}
    client.post(reverse("staff_end_post", args=[cast.wang.ref]), body)
    assert fingerprint() == before


def test_the_tree_counts_people_and_narrows_to_a_unit(cast, login):
    client = login(cast.admin)
    everybody = client.get(reverse("staff")).content.decode()
    assert "王晓北" in everybody
    assert "李南" in everybody
    north = client.get(reverse("staff"), {"unit": "OU01"}).content.decode()
    assert "王晓北" in north
    assert "李南" not in north
    assert "1002" not in client.get(reverse("staff"), {"q": "王"}).content.decode()


def test_the_list_costs_the_same_for_few_and_many(cast, login, django_assert_max_num_queries):
    for number in range(30):
        services.create_staff(staff_no=f"7{number:03}", name="何新", role="planner", unit=cast.north, at=NOW)
    client = login(cast.admin)
    client.get(reverse("staff"))
    with django_assert_max_num_queries(9):
        client.get(reverse("staff"))


def test_a_new_person_can_sign_in_with_the_password_shown_once(cast, login):
    client = login(cast.admin)
    body = {"staff_no": "5001", "name": "何新", "unit": cast.north.pk, "role": "customer_manager"}
    answer = client.post(reverse("staff_new"), body)
    password = re.search(r"data-password>([^<]+)<", answer.content.decode()).group(1)
    assert Client().login(request=_request(), username="5001", password=password)
    again = client.post(reverse("staff_new"), body)
    assert again.status_code == 422
    assert "已有人使用" in again.content.decode()


def _request():
    from django.test import RequestFactory

    return RequestFactory().post(reverse("login"))


def test_a_deactivated_persons_session_ends_with_the_next_request(cast, login):
    wang, admin = login(cast.wang), login(cast.admin)
    assert wang.get(reverse("home")).status_code in (200, 302)
    answer = admin.post(reverse("staff_deactivate", args=[cast.wang.ref]), {"reason": "离职交接"})
    assert answer.status_code == 303
    assert wang.get(reverse("own_password"))["Location"].startswith(reverse("login"))


def test_a_reset_password_ends_the_sessions(cast, login):
    wang, admin = login(cast.wang), login(cast.admin)
    assert admin.post(reverse("staff_password", args=[cast.wang.ref])).status_code == 200
    assert wang.get(reverse("own_password")).status_code == 302


def test_an_administrator_is_told_why_not_himself(cast, login):
    client = login(cast.admin)
    before = fingerprint()
    answer = client.post(reverse("staff_password", args=[cast.admin.ref]))
    assert answer.status_code == 409
    assert 'data-refused="own_account"' in answer.content.decode()
    assert fingerprint() == before


def test_own_password_changes_and_the_other_sessions_end(cast, login):
    here, elsewhere = login(cast.wang), login(cast.wang)
    wrong = {"old_password": "not it", "new_password1": "brand-new-pass-1", "new_password2": "brand-new-pass-1"}
    assert here.post(reverse("own_password"), wrong).status_code == 422
    assert here.post(reverse("own_password"), wrong | {"old_password": PASSWORD}).status_code == 303
    assert Staff.objects.get(pk=cast.wang.pk).check_password("brand-new-pass-1")
    assert here.get(reverse("own_password")).status_code == 200
    assert elsewhere.get(reverse("own_password")).status_code == 302


def sign_in(client, password, staff_no="1001"):
    return client.post(reverse("login"), {"username": staff_no, "password": password})


def test_sign_in_and_out(cast):
    client = Client()
    assert sign_in(client, PASSWORD).status_code == 302
    assert client.get(reverse("own_password")).status_code == 200
    client.post(reverse("logout"))
    assert client.get(reverse("own_password")).status_code == 302


def test_a_wrong_password_and_an_unknown_number_are_told_alike(cast):
    wrong, unknown = sign_in(Client(), "wrong"), sign_in(Client(), "wrong", "0000")
    assert wrong.status_code == unknown.status_code == 200
    strip = re.compile(r'value="[^"]*"|csrfmiddlewaretoken[^>]*|X-CSRFToken": "[^"]*"')
    assert strip.sub("", wrong.content.decode()) == strip.sub("", unknown.content.decode())


def test_five_wrong_passwords_lock_that_number_and_no_other(cast):
    for _ in range(5):
        answer = sign_in(Client(), "wrong")
    assert answer.status_code == 429
    assert sign_in(Client(), PASSWORD).status_code == 429, "locked, even with the right password"
    assert sign_in(Client(), PASSWORD, "2001").status_code == 302


def test_sign_in_rotates_the_session_key(cast):
    client = Client()
    client.get(reverse("login"))
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    sign_in(client, PASSWORD)
    assert client.session.session_key != before
