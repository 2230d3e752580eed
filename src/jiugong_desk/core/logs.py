"""What goes to the log: a refusal is one line; only an error of ours brings its traceback."""

from __future__ import annotations

import logging


class OneLineBelowError(logging.Filter):
    """Lets everything pass. Django logs 403 and 404 as warnings, each with the traceback of the refusal."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.ERROR:
            record.exc_info = record.exc_text = None
        return True
