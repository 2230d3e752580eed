from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "jiugong_desk.evaluation"
    label = "evaluation"
