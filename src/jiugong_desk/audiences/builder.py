"""What a page with the builder in it needs: the rows, the catalogue, and the figures beside them."""

from __future__ import annotations

from datetime import date
from typing import Any

from ..organisation.models import Unit
from . import queries
from .counting import estimate
from .forms import block_rows
from .reading import WrongRule, in_blocks


def builder(raw: Any, unit: Unit | None) -> dict[str, Any]:
    """The conditions as rows, and the fields to choose from."""
    return {"blocks": block_rows(raw, unit), "catalogue": queries.catalogue(unit)}


def counts(raw: Any, unit: Unit | None, *, on: date, plan_id: int | None) -> dict[str, Any]:
    """The figures at once (an estimate where there are many customers), or what is still wrong with the rules."""
    if unit is None or not any(block.get("rules") for block in in_blocks(raw)):
        return {"counted": None}
    try:
        counted = estimate(raw, unit, on=on, plan_id=plan_id)
    except WrongRule as refusal:
        return {"counted": None, "unfinished": refusal.verdict.reasons}
    return {"counted": counted, "profile": queries.profile(counted), "data_date": queries.data_date()}
