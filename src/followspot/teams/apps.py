"""The teams app, as Django knows it."""

from django.apps import AppConfig


class Teams(AppConfig):
    name = "followspot.teams"
    verbose_name = "Teams"
