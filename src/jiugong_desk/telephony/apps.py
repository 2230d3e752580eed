from django.apps import AppConfig


class TelephonyConfig(AppConfig):
    name = "jiugong_desk.telephony"
    label = "telephony"
