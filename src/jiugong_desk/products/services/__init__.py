"""What can be done here: bring in a product table, draft and edit an offer."""

from .importing import commit, keep
from .offers import FIELDS, draft_offer, edit_offer, may_edit

__all__ = ["FIELDS", "commit", "draft_offer", "edit_offer", "keep", "may_edit"]
