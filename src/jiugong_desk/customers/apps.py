from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "jiugong_desk.customers"
    label = "customers"

    def ready(self) -> None:
        from . import extension, models, timeline

        extension.register_timeline(timeline.answers)
        standing = (models.EarlierPlace, models.Move)  # recorded by the loads themselves
        for arriving in (models.BalanceHistory, models.Loan, models.Maturity, *standing):
            extension.register_arriving(arriving)
