"""The privacy app, as Django knows it."""

from django.apps import AppConfig


class Privacy(AppConfig):
    name = "followspot.privacy"
    verbose_name = "Privacy"
