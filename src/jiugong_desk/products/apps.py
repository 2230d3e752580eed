from django.apps import AppConfig


class ProductsConfig(AppConfig):
    name = "jiugong_desk.products"
    label = "products"
