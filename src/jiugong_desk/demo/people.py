"""Who acts in the demo: the staff of the fictional bank, found by their posts."""

from __future__ import annotations

from dataclasses import dataclass

from ..organisation.models import Posting, Staff, Unit


@dataclass(frozen=True)
class People:
    """One person for each post of the sub-branch; managers and receptions by outlet."""

    by_role: dict[str, Staff]
    managers: tuple[Staff, ...]
    receptions: dict[int, Staff]  # unit id -> the lobby manager there
    sub_branch: Unit

    def __getitem__(self, role: str) -> Staff:
        return self.by_role[role]


def find_people() -> People:
    postings = list(Posting.objects.filter(ended_on=None).select_related("staff", "unit").order_by("staff__staff_no"))
    by_role: dict[str, Staff] = {}
    for posting in postings:
        by_role.setdefault(posting.role, posting.staff)
    return People(
        by_role=by_role,
        managers=tuple(posting.staff for posting in postings if posting.role == "customer_manager"),
        receptions={posting.unit_id: posting.staff for posting in postings if posting.role == "lobby_manager"},
        sub_branch=Unit.objects.get(kind=Unit.Kind.SUB_BRANCH),
    )
