"""What can be done with courses: write and publish them, attach files, read, answer."""

from .courses import also_takes, close, draft, edit, open_course, publish, set_people
from .materials import attach, remove
from .taking import attempt, confirm_section

__all__ = [
    "also_takes",
    "attach",
    "attempt",
    "close",
    "confirm_section",
    "draft",
    "edit",
    "open_course",
    "publish",
    "remove",
    "set_people",
]
