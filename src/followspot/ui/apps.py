"""The look, as Django knows it."""

from django.apps import AppConfig


class Ui(AppConfig):
    name = "followspot.ui"
