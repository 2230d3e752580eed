"""What goes to the log: a refusal is one line, like a request for another host; only an error of ours brings its traceback."""

from __future__ import annotations

import logging


class OneLinePerRefusal(logging.Filter):
    """Lets everything pass. Django logs what it refuses with the traceback of the refusal."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.ERROR or record.name.startswith("django.security"):
            record.exc_info = record.exc_text = None
        return True
