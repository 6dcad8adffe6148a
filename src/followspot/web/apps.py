"""The doors, as Django knows them."""

from django.apps import AppConfig


class Web(AppConfig):
    name = "followspot.web"
