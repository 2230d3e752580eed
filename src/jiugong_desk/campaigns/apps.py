from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "jiugong_desk.campaigns"
    label = "campaigns"
