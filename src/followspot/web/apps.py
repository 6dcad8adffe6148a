"""The doors, as Django knows them."""

from django.apps import AppConfig
from django.conf import settings

from followspot.web import logs


class Web(AppConfig):
    name = "followspot.web"

    def ready(self) -> None:
        logs.begin(level=settings.LOG, as_json=settings.LOG_AS == "json")
