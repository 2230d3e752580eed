"""The ways to a customer, and what a contact is about: marketing, which is capped, or service, which is owed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Channel(models.TextChoices):
    CALL = "call", _("电话")
    SMS = "sms", _("短信")
    WECOM = "wecom", _("企业微信")
    VISIT = "visit", _("面访")


class Kind(models.TextChoices):
    MARKETING = "marketing", pgettext_lazy("联系", "营销")
    SERVICE = "service", pgettext_lazy("联系", "服务")


class Subject(models.TextChoices):
    """What a service contact is about. Marketing has none: whatever is none of these is marketing."""

    MATURITY = "maturity", _("到期提醒")
    REQUEST = "request", _("客户来询或在办业务")
    COMPLAINT = "complaint", _("投诉回复")
    SECURITY = "security", _("账户安全提示")
