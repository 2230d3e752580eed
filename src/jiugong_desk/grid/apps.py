from django.apps import AppConfig


class GridConfig(AppConfig):
    name = "jiugong_desk.grid"
    label = "grid"
