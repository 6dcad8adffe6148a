"""The evidence app, as Django knows it."""

from django.apps import AppConfig


class Evidence(AppConfig):
    name = "followspot.evidence"
    verbose_name = "Evidence"
