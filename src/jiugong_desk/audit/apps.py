from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "jiugong_desk.audit"
    label = "audit"
