"""Small helpers that pages share: scope first (404), then permission (403)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db import models
from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from .http import DeskRequest

M = TypeVar("M", bound=models.Model)
View = Callable[..., HttpResponse]

ROWS_PER_PAGE = 50


def get_visible(model: type[M], staff: Any, ref: str) -> M:
    """The row with this reference if `staff` may know of it; otherwise 404, as if it did not exist."""
    return get_object_or_404(model.objects.visible_to(staff), ref=ref)  # type: ignore[attr-defined,no-any-return]


def require(staff: Any, permission: str) -> None:
    """403 unless one of the person's roles carries `permission`."""
    if not staff.may(permission):
        raise PermissionDenied(permission)


def require_at(staff: Any, permission: str, unit: Any) -> None:
    """403 unless a post of the person at or above `unit` carries `permission`: for what changes something of that unit."""
    if not staff.may_at(permission, unit):
        raise PermissionDenied(permission)


def requires(permission: str) -> Callable[[View], View]:
    """For pages that are not about one object: 403 without `permission`."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            require(request.user, permission)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def page_of(rows: Any, number: str | None, *, size: int = ROWS_PER_PAGE) -> Page[Any]:
    """The asked page, or the nearest one that exists."""
    return Paginator(rows, size).get_page(number)
