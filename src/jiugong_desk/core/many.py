"""Thousands of ids in a query."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.db import connection
from django.db.models.expressions import RawSQL


def among(ids: Sequence[int]) -> RawSQL:
    """For `filter(pk__in=among(ids))`: the ids as one parameter. As a list, writing the query costs more than running it."""
    if connection.vendor == "sqlite":
        return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(ids))])  # a parameter
    return RawSQL("SELECT unnest(%s::bigint[])", [list(ids)])  # a parameter
