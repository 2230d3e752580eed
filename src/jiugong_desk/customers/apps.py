from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "jiugong_desk.customers"
    label = "customers"

    def ready(self) -> None:
        from . import extension, models, panel, timeline

        extension.register_timeline(timeline.answers)
        extension.register_panel(panel.suitable_products)
        standing = (models.EarlierPlace, models.Move)  # recorded by the loads themselves
        for arriving in (models.BalanceHistory, models.Loan, models.Maturity, *standing):
            extension.register_arriving(arriving)
