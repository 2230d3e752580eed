"""The board and its workbook."""

from __future__ import annotations

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ...core.http import DeskRequest
from ...core.pages import requires
from ...core.workbook import download
from ...customers import queries as customers
from .. import queries, services
from ..forms import BoardForm
from ..rules import MEASURES


def board_form(request: DeskRequest, data: QueryDict) -> BoardForm:
    staff = request.user
    return BoardForm(
        data,
        units=customers.units_of(staff),
        managers=customers.managers_of(staff, data.get("unit", "")),
        months=customers.months(),
    )


@require_GET
@requires("customer.view")
def board(request: DeskRequest) -> HttpResponse:
    form = board_form(request, request.GET)
    choice = form.choice()
    context = {
        "form": form,
        "choice": choice,
        "measure": MEASURES[choice.measure],
        "board": queries.board(request.user, choice),
    }
    return render(request, "grid/board.html", context)


@require_POST
@requires("customer.view")
def board_export(request: DeskRequest) -> HttpResponse:
    """The sums as a workbook. By POST: taking figures out is recorded."""
    choice = board_form(request, request.POST).choice()
    content = services.export_board(choice, by=request.user, at=request.now)
    return download(content, f"{_('客户分布')}-{choice.month:%Y-%m}.xlsx")
