"""The verbs: issue a document, acknowledge it; bring in a template and put it in force."""

from .issuing import issue
from .receiving import acknowledge
from .templates import activate, upload

__all__ = ["acknowledge", "activate", "issue", "upload"]
