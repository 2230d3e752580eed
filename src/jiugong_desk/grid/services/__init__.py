"""What people do on the grid: freeze watch lists, take figures out, change the policy's bands and values."""

from .exporting import export_board
from .freezing import digest_of, freeze, freeze_month_end, freeze_newest
from .revising import KIND, PREVIEW, ask_preview, draft, edit, preview

__all__ = [
    "KIND",
    "PREVIEW",
    "ask_preview",
    "digest_of",
    "draft",
    "edit",
    "export_board",
    "freeze",
    "freeze_month_end",
    "freeze_newest",
    "preview",
]
