from django.apps import AppConfig


class AppointmentsConfig(AppConfig):
    name = "jiugong_desk.appointments"
    label = "appointments"
