from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    name = "jiugong_desk.organisation"
    label = "organisation"
