from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "jiugong_desk.evaluation"
    label = "evaluation"

    def ready(self) -> None:
        from ..campaigns import results as forecasts
        from . import results

        forecasts.register(results.past)
