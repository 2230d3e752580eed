from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "jiugong_desk.evaluation"
    label = "evaluation"

    def ready(self) -> None:
        from ..campaigns import results as forecasts
        from ..holdout import results as programmes
        from . import programme, results

        forecasts.register(results.past)
        programmes.register(programmes.Measure(programme.take, programme.read))
