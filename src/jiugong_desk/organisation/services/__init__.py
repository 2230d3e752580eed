"""The verbs of the organisation: units, staff and their posts, the calendar, and loading all of it from an extract."""

from .calendar import seed_calendar
from .loading import OrganisationLoad, load_organisation
from .staff import begin_posting, change_own_password, create_staff, deactivate, end_posting, reactivate, set_password
from .units import create_unit

__all__ = [
    "OrganisationLoad",
    "begin_posting",
    "change_own_password",
    "create_staff",
    "create_unit",
    "deactivate",
    "end_posting",
    "load_organisation",
    "reactivate",
    "seed_calendar",
    "set_password",
]
