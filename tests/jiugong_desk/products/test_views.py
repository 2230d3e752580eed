"""The pages: who may not, what is shown, that nothing typed is lost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from jiugong_desk.core.workbook import Sheet, xlsx
from jiugong_desk.products import bridge, workbook
from jiugong_desk.products.models import Offer, Product, Rate, Upload
from tests.support.cast import NOW
from tests.support.products import ONE, make_offer, make_product, make_quota, make_rate, make_upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_now(monkeypatch):
    monkeypatch.setattr("jiugong_desk.core.clock.now", lambda: NOW)


def page(answer) -> str:
    return answer.content.decode()


def as_file(*rows, name="产品表.xlsx"):
    headers = list(rows[0])
    content = xlsx([Sheet("产品表", headers, [[row.get(header, "") for header in headers] for row in rows])], at=NOW)
    return SimpleUploadedFile(name, content)


def upload(client, *rows, **more):
    return client.post(reverse("product_import"), {"file": as_file(*rows, **more)})


def commit_of(text: str) -> str:
    return text.split('name="seen" value="')[1].split('"')[0]


def test_the_lobby_finds_no_catalogue(cast, login):
    assert login(cast.qian).get(reverse("products")).status_code == 403
    assert login(cast.wang).get(reverse("product_import")).status_code == 403
    assert login(cast.steward).get(reverse("offer_new")).status_code == 403


def test_the_catalogue_shows_today_s_rate_and_quota(cast, login):
    product = make_product(category="wealth", product_risk="R2", name="稳健 180 天", term_days=180)
    make_rate(product, cast.steward, "2.1", date(2025, 1, 1), percent_high=Decimal("2.6"))
    make_rate(product, cast.steward, "9", date(2026, 1, 8))
    make_quota(product, cast.steward, 1000, 250)
    make_product(name="停售的", on_sale_until=date(2026, 1, 6))
    shown = page(login(cast.wang).get(reverse("products")))
    for text in ("稳健 180 天", "180 天", "2.10%–2.60%", "业绩比较基准", "R2", "25%"):
        assert text in shown
    assert "9.00%" not in shown
    assert "停售的" not in shown
    assert "停售的" in page(login(cast.wang).get(reverse("products") + "?all=1"))
    assert reverse("product_import") not in shown
    assert reverse("product_import") in page(login(cast.steward).get(reverse("products")))


def test_a_product_shows_its_history_and_where_it_is_used(cast, login):
    product = make_product(name="整存整取一年")
    first = make_rate(product, cast.steward, "1.1", date(2024, 10, 18))
    make_rate(product, cast.steward, "1.2", date(2024, 10, 18), corrects=first, reason="总行更正")
    make_rate(product, cast.steward, "0.95", date(2025, 5, 20))
    make_offer(cast.planner, product=product)
    shown = page(login(cast.auditor).get(reverse("product", args=[product.ref])))
    for text in ("1.10%", "1.20%", "总行更正", "已更正", "0.95%", "现行", "到店专人接待", "chart-rates"):
        assert text in shown


def test_a_workbook_is_looked_at_and_committed(cast, login):
    client = login(cast.steward)
    answer = upload(client, ONE)
    assert answer.status_code == 303
    shown = page(client.get(answer.url))
    assert "新产品" in shown
    assert "0.95%（2025-05-20 起）" in shown
    assert not Product.objects.exists()
    ref = Upload.objects.get().ref
    done = client.post(reverse("product_commit", args=[ref]), {"seen": commit_of(shown), "reason": ""})
    assert done.status_code == 303
    assert Rate.objects.get().percent == Decimal("0.95")
    again = upload(client, ONE)
    assert "没有变动" in page(client.get(again.url))


def test_a_csv_in_gb18030_is_read(cast, login):
    lines = [",".join(ONE), ",".join(ONE.values())]
    file = SimpleUploadedFile("利率.csv", "\r\n".join(lines).encode("gb18030"))
    answer = login(cast.department).post(reverse("product_import"), {"file": file})
    assert Upload.objects.get().cells["rows"] == [[2, ONE]]
    assert answer.status_code == 303


def test_a_wrong_cell_is_named_by_row_and_column_and_nothing_can_be_committed(cast, login):
    client = login(cast.steward)
    shown = page(client.get(upload(client, {**ONE, "利率": "约一"}).url))
    assert "约一" in shown
    assert "请填写百分数" in shown
    assert "提交导入" not in shown


def test_a_correction_without_a_reason_keeps_what_was_typed(cast, login):
    client = login(cast.steward)
    for row in (ONE, {**ONE, "利率": "0.96%"}):
        shown = page(client.get(upload(client, row).url))
        ref = Upload.objects.latest("pk").ref
        answer = client.post(reverse("product_commit", args=[ref]), {"seen": commit_of(shown), "reason": "错<1"})
    assert answer.status_code == 409
    assert "错&lt;1" in page(answer)
    assert "请写明原因" in page(answer)
    assert Rate.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content", "status", "said"),
    [
        ("a.pdf", b"%PDF-1.7", 422, "只收 .xlsx 和 .csv"),
        ("a.xlsx", b"", 422, "0 字节"),
        ("a.xlsx", b"PK\x03\x04 no workbook", 409, "a.xlsx"),
        ("a.csv", b"\x00\x01\x02", 409, "a.csv"),
    ],
)
def test_what_is_no_table_is_refused_with_its_reason(cast, login, name, content, status, said):
    answer = login(cast.steward).post(reverse("product_import"), {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == status
    assert said in page(answer)
    assert not Upload.objects.exists()


def test_the_template_can_be_filled_in_and_read(cast, login, tmp_path):
    answer = login(cast.steward).get(reverse("product_template"))
    assert answer.headers["Content-Type"].endswith("sheet")
    file = tmp_path / "模板.xlsx"
    file.write_bytes(answer.content)
    assert answer.content == workbook.template(at=NOW)
    from jiugong_desk.products import table

    found = bridge.read_cells(file, name="模板.xlsx", words=table.KNOWN)
    assert list(found.headers) == [column.header for column in table.COLUMNS]
    assert found.rows == ()


OFFER = {
    "kind": "service", "product": "", "title": "专人接待", "text": "到店无需排队。", "valid_from": "2026-01-08",
    "valid_until": "2026-02-08", "cost": "0", "quota": "",
}  # fmt: skip


def test_a_planner_drafts_and_edits_an_offer(cast, login):
    client = login(cast.planner)
    assert client.post(reverse("offer_new"), OFFER).status_code == 303
    offer = Offer.objects.get()
    address = reverse("offer_edit", args=[offer.ref])
    assert "到店无需排队。" in page(client.get(address))
    product = make_product()
    assert client.post(address, {**OFFER, "product": product.ref, "version": "1"}).status_code == 303
    offer.refresh_from_db()
    assert (offer.product, offer.version) == (product, 2)
    assert client.post(address, {**OFFER, "version": "1"}).status_code == 409
    assert client.post(address, OFFER).status_code == 422
    assert f'value="{product.ref}" selected' in page(client.get(address))


def test_a_refused_offer_keeps_what_was_typed(cast, login):
    product = make_product(name="一年定期")
    answer = login(cast.planner).post(reverse("offer_new"), {**OFFER, "product": product.ref, "text": "存满即赠大米"})
    assert answer.status_code == 409
    for text in ("存满即赠大米", "存款类优惠不得含钱物", f'value="{product.ref}" selected'):
        assert text in page(answer)
    assert not Offer.objects.exists()


def test_others_read_offers_and_cannot_write_them(cast, login):
    offer = make_offer(cast.planner)
    client = login(cast.wang)
    assert offer.title in page(client.get(reverse("offers")))
    assert client.post(reverse("offer_edit", args=[offer.ref]), {**OFFER, "version": "1"}).status_code == 403
    assert client.get(reverse("product_upload", args=[make_upload(cast.steward).ref])).status_code == 403
