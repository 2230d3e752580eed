"""What every room's forms say about what was typed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

# Django's own words for it are those of a programmer.
LENGTH = {"max_length": _("最多 %(limit_value)d 字，现在 %(show_value)d 字，请缩短后再提交。")}
