from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "jiugong_desk.customers"
    label = "customers"
