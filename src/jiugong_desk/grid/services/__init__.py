"""What people do on the grid: freeze watch lists, take figures out, change the policy's bands and values."""

from .exporting import export_board, export_movers, export_watch_list
from .freezing import digest_of, freeze, freeze_month_end, freeze_newest
from .revising import PREVIEW, ask_preview, decide, draft, edit, preview

__all__ = [
    "PREVIEW",
    "ask_preview",
    "decide",
    "digest_of",
    "draft",
    "edit",
    "export_board",
    "export_movers",
    "export_watch_list",
    "freeze",
    "freeze_month_end",
    "freeze_newest",
    "preview",
]
