"""The steward's pages: who may, what an upload leaves on the disk, and that nothing typed is lost."""

from __future__ import annotations

import stat
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from jiugong_desk.imports import folder, services
from jiugong_desk.imports.models import Batch
from jiugong_desk.imports.services.uploading import Upload
from jiugong_desk.jobs.models import Job
from tests.jiugong_desk.imports.conftest import Steward, work
from tests.support.cast import NOW, make_staff
from tests.support.extracts import balance, customer, text, workbook

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def _desk_time(monkeypatch):
    monkeypatch.setattr("jiugong_desk.core.clock.now", lambda: NOW)


def form(content: bytes = b"", name: str = "客户.csv", **values: str) -> dict:
    file = SimpleUploadedFile(name, content or text([customer(1)]))
    return {"file": file, "source": "日报", "as_of": "2026-01-01", "table": ""} | values


def files() -> list[str]:
    return sorted(str(path.relative_to(folder.root())) for path in folder.root().rglob("*") if path.is_file())


def at(name: str, batch: Batch) -> str:
    return reverse(name, kwargs={"ref": batch.ref})


def test_who_may_not_leaves_nothing_behind(cast, login):
    for client, status in (
        (Client(), 302),
        (login(cast.wang), 403),
        (login(cast.admin), 403),
        (login(cast.auditor), 403),
    ):
        assert client.post(reverse("import_upload"), form()).status_code == status
        assert client.get(reverse("imports")).status_code == status
    assert files() == []
    assert not Batch.objects.everyone().exists()
    assert not Job.objects.everyone().exists()


def test_a_batch_of_another_unit_does_not_exist(cast, login, steward):
    batch = steward.upload(text([customer(1)]), "客户.csv")
    south = make_staff("9016", "陈南", "data_steward", cast.south)
    for person in (south, cast.wang, cast.auditor):
        client = login(person)
        for name in ("import_batch", "import_faults", "import_progress", "import_undo"):
            assert client.get(at(name, batch)).status_code == 404
        assert client.post(at("import_discard", batch), {"revision": batch.revision}).status_code == 404
    assert steward.fresh(batch).state == "review"


def test_an_upload_lies_in_the_private_folder_under_a_random_name(cast, login):
    answer = login(cast.steward).post(reverse("import_upload"), form(name="张三的客户.csv"))
    batch = Batch.objects.everyone().get()
    assert (answer.status_code, answer["Location"]) == (302, at("import_batch", batch))
    assert files() == [f"{batch.ref}/original.csv"]
    for path in (folder.of(batch.ref), folder.original(batch.ref, ".csv")):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
    assert "张三" not in Job.objects.everyone().get(key=f"imports.read:{batch.ref}").arguments.values()


def test_what_cannot_be_taken_is_said_beside_its_field_and_not_kept(cast, login):
    client = login(cast.steward)
    for values, sentence in (
        (form(name="客户.xls"), "另存为 .xlsx 后再上传"),
        (form(name="客户.pdf"), "只收 .xlsx"),
        ({**form(), "file": SimpleUploadedFile("客户.csv", b"")}, "文件是空的"),
        (form(source=""), "请填写来源"),
        (form(source="张三 13800138000"), "请勿填写号码"),
        (form(as_of="2026-02-30"), "请按 2026-03-02 的形式"),
        (form(as_of="2026-01-08"), "数据日期不能晚于今天"),
    ):
        answer = client.post(reverse("import_upload"), values)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
    assert files() == []


def test_a_file_over_the_limit_is_read_past(cast, login, settings):
    settings.UPLOAD_MOST_MEGABYTES = 1
    answer = login(cast.steward).post(reverse("import_upload"), form(b"x" * (1 << 20) + b"xxxx"))
    assert answer.status_code == 422
    assert "文件超过 1 MB" in answer.content.decode()
    assert files() == []


def test_other_pages_take_no_files(cast, login, settings, monkeypatch):
    """Nor may somebody who is not signed in fill the disk through the sign-in page."""
    from jiugong_desk.core import uploads

    made = []
    monkeypatch.setattr(uploads, "PrivateFile", lambda *args: made.append(args))
    login(cast.wang).post(reverse("customer_search"), {"q": "K00001", "file": SimpleUploadedFile("a.csv", b"x" * 99)})
    Client().post(reverse("login"), {"username": "9005", "file": SimpleUploadedFile("a.csv", b"x" * 99)})
    Client().post(reverse("import_upload"), form())
    assert made == []


def test_an_older_file_than_the_desk_says_so_before_the_commit(cast, login, steward):
    steward.load(workbook([customer(1)]))
    batch = steward.preview(steward.upload(workbook([customer(2)]), "旧.xlsx", as_of=date(2025, 12, 1)))
    assert "本批次只进入数据仓库的这一天" in login(cast.steward).get(at("import_batch", batch)).content.decode()


def test_the_commit_form_keeps_what_was_typed(cast, login, steward):
    batch = steward.preview(steward.upload(workbook([balance(1, "8.5")]), "余额.xlsx"))
    client = login(cast.steward)
    typed = {
        "revision": batch.revision,
        "rows": "两行",
        "amount": "八",
        "unit": "万元",
        "column": "balances.average_daily",
    }
    answer = client.post(at("import_commit", batch), typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    for kept in ("行数请填数字", "合计请填数字", 'value="两行"', 'value="八"'):
        assert kept in page
    answer = client.post(at("import_commit", batch), typed | {"rows": "1", "amount": "9.0"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "控制合计 90,000.00 元与导入合计 85,000.00 元相差 -5,000.00 元" in page
    assert 'value="9.0"' in page
    assert client.post(at("import_commit", batch), typed | {"rows": "1", "amount": "8.5"}).status_code == 302


def test_a_stale_page_changes_nothing(cast, login, steward):
    batch = steward.upload(text([customer(1)]), "客户.csv")
    client = login(cast.steward)
    for name in ("import_settings", "import_preview", "import_discard"):
        answer = client.post(at(name, batch), {"revision": batch.revision - 1})
        assert answer.status_code == 409
        assert "已被他人更改" in answer.content.decode()
    assert steward.fresh(batch).revision == batch.revision


def test_settings_are_chosen_from_what_there_is(cast, login, steward):
    """Column, unit and date form per header; what is no choice is dropped, not obeyed."""
    rows = [{"编号": "K1", "网点": "OU01", "收入": "12", "开户": "02/03/2025"}]
    batch = steward.upload(text(rows), "客户.csv", table="customers")
    typed = {
        "revision": batch.revision, "table": "customers", "encoding": "gb18030", "separator": ",", "header_row": "1",
        "col-0": "customer_id", "col-1": "branch_id", "col-2": "annual_income", "unit-2": "10000", "col-3": "opened_on",
        "date-3": "%d/%m/%Y", "sheet": "../../etc", "col-99": "name",
    }  # fmt: skip
    login(cast.steward).post(at("import_settings", batch), typed)
    work()
    batch = steward.fresh(batch)
    assert batch.settings["columns"] == {
        "编号": "customer_id",
        "网点": "branch_id",
        "收入": "annual_income",
        "开户": "opened_on",
    }
    assert (batch.settings["units"], batch.settings["dates"]) == ({"annual_income": 10000}, {"opened_on": "%d/%m/%Y"})
    assert "sheet" not in batch.settings
    assert batch.counts["good"] == 1
    login(cast.steward).post(at("import_settings", batch), {"revision": batch.revision, "table": "secrets", "encoding": "rot13"})  # fmt: skip
    work()
    assert (steward.fresh(batch).table, steward.fresh(batch).settings.get("encoding")) == ("customers", None)


def test_progress_is_for_everybody_who_sees_the_batch(cast, login):
    said = Upload("客户.csv", "", "日报", date(2026, 1, 1))
    batch, _new = services.upload([text([customer(1)])], said=said, by=cast.steward, at=NOW)
    colleague = login(make_staff("9017", "陈二", "data_steward", cast.branch))
    going = colleague.get(at("import_progress", batch), **HTMX)
    assert "读取导入文件" in going.content.decode()
    assert "HX-Refresh" not in going
    work()
    assert colleague.get(at("import_progress", batch), **HTMX)["HX-Refresh"] == "true"


def test_a_template_for_every_table_and_no_other(cast, login):
    client = login(cast.steward)
    for table in ("customer_list", "customers", "balances", "loans", "maturities", "transactions", "contacts"):
        answer = client.get(reverse("import_template", kwargs={"table": table}))
        assert answer.content[:2] == b"PK"
    assert client.get(reverse("import_template", kwargs={"table": "staff"})).status_code == 404


def test_files_are_deleted_in_time(cast, steward, settings):
    """A batch that nobody finished, the folder of one that ended, and what belongs to none."""
    import os
    from types import SimpleNamespace

    from jiugong_desk.audit.models import AuditRecord
    from jiugong_desk.imports.work import purge

    kept = steward.upload(text([customer(1)]), "客户.csv")
    late = steward.upload(text([customer(2)]), "客户二.csv")
    Batch.objects.everyone().filter(pk=late.pk).update(at=NOW - timedelta(days=settings.IMPORT_DAYS, minutes=1))
    orphan, fresh = folder.root() / "orphan", folder.root() / "fresh"
    for path in (orphan, fresh):
        path.mkdir()
    os.utime(orphan, (0, 0))
    purge(SimpleNamespace(at=NOW))
    assert {path.name for path in folder.root().iterdir()} == {kept.ref, "fresh"}
    late = steward.fresh(late)
    assert (late.state, late.purged_at) == ("discarded", NOW)
    assert AuditRecord.objects.get(verb="import.discarded").by == "system"
    purge(SimpleNamespace(at=NOW))
    assert AuditRecord.objects.filter(verb="import.discarded").count() == 1


def test_a_hostile_workbook_ends_its_reader_and_not_the_worker(cast, steward, login):
    """Cells A1 and XFD1048576: four kilobytes that ask for four hundred gigabytes."""
    import io

    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, "客户号")
        sheet.write_string(1_048_575, 16_383, "x")
    batch = steward.upload(out.getvalue(), "客户.xlsx")
    assert batch.state == "unreadable"
    assert "客户.xlsx" in batch.error
    assert "请" in batch.error
    page = login(cast.steward).get(at("import_batch", batch)).content.decode()
    assert "文件无法读取" in page
    assert steward.upload(text([customer(1)]), "客户.csv").state == "review", "the worker goes on"


def test_the_list_is_scoped_and_says_what_became_of_each(cast, login, steward):
    steward.load(workbook([customer(1), customer(2, 手机号="1")]))
    page = login(cast.steward).get(reverse("imports")).content.decode()
    assert "已入库" in page
    south = Steward(make_staff("9016", "陈南", "data_steward", cast.south))
    assert "客户.xlsx" not in login(south.staff).get(reverse("imports")).content.decode()


def test_a_reason_that_is_too_short_keeps_the_table_and_what_was_typed(cast, login, steward):
    batch = steward.upload(workbook([customer(1, 手机号="1"), customer(2, 手机号="2")]))
    client = login(cast.steward)
    for extra in ({}, HTMX):
        answer = client.post(at("import_row", batch), {"row": "3", "reason": "不要"}, **extra)
        page = answer.content.decode()
        assert answer.status_code == 422
        for kept in ("2 行有错", "请写明原因（至少 4 个字）。", 'value="不要"'):
            assert kept in page
    answer = client.post(at("import_faulty", batch), {"reason": "看"})
    assert answer.status_code == 422
    assert "fault-grid" in answer.content.decode()
    assert 'value="看"' in answer.content.decode()
    for files in ({}, {"file": SimpleUploadedFile("别的.csv", text([customer(1)]))}):
        answer = client.post(at("import_mend", batch), files)
        assert answer.status_code == 422
        assert "fault-grid" in answer.content.decode()
    assert not batch.left_out.exists()


def test_a_file_that_was_deleted_offers_a_new_upload_and_nothing_else(
    cast, login, steward, settings, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        batch = steward.upload(text([customer(1) | {"征信评分": "700", "交易密码": "1"}]), "客户.csv")
    client = login(cast.steward)
    page = client.get(at("import_batch", batch)).content.decode()
    assert "文件已删除" in page
    assert "“征信评分”、“交易密码”" in page
    assert "上传新文件" in page
    assert at("import_settings", batch) not in page
    answer = client.post(at("import_settings", batch), {"revision": batch.revision})
    assert answer.status_code == 409
    batch = steward.fresh(batch)
    assert batch.is_deleted
    for shown in (page, answer.content.decode(), batch.error):
        assert str(settings.IMPORT_FOLDER) not in shown
        assert "original" not in shown


def test_the_day_can_be_put_right_in_the_review(cast, login, steward):
    batch = steward.upload(text([customer(1) | {"开户日期": "2026-01-03"}]), "客户.csv", as_of=date(2026, 1, 1))
    assert batch.counts["bad"] == 1
    client = login(cast.steward)
    answer = client.post(at("import_settings", batch), {"revision": batch.revision, "as_of": "2026-01-08"})
    assert (answer.status_code, "数据日期不能晚于今天" in answer.content.decode()) == (422, True)
    assert client.post(at("import_settings", batch), {"revision": batch.revision, "as_of": "2026-01-05"}).status_code == 302  # fmt: skip
    work()
    batch = steward.fresh(batch)
    assert (batch.as_of, batch.counts["bad"]) == (date(2026, 1, 5), 0)
    other = steward.upload(text([customer(1) | {"开户日期": "2026-01-03"}]), "客户.csv", as_of=date(2026, 1, 1))
    assert other.pk != batch.pk
    answer = client.post(at("import_settings", other), {"revision": other.revision, "as_of": "2026-01-05"})
    assert (answer.status_code, f"（批次 {batch.pk}）" in answer.content.decode()) == (409, True)
    assert steward.fresh(other).as_of == date(2026, 1, 1)


def test_after_mended_rows_the_page_says_how_many_still_fail(cast, login, steward):
    batch = steward.upload(workbook([customer(1, 手机号="1"), customer(2, 手机号="2")]))
    services.mend_from_file(batch, rows={2: {"手机号": "13800000001"}}, by=cast.steward, at=NOW)
    work()
    page = login(cast.steward).get(at("import_batch", batch)).content.decode()
    assert "更正文件读入 1 处，仍有 1 行有错。" in page
    assert "确认放弃" in page


def test_the_jobs_name_the_batch_and_what_it_is(cast, login, steward):
    batch = steward.upload(text([customer(1)]), "张三的客户.csv")
    page = login(cast.steward).get(reverse("jobs")).content.decode()
    assert f"批次 {batch.pk} · 日报 · 客户" in page
    assert "张三" not in page
