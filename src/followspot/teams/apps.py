"""The teams app, as Django knows it."""

from django.apps import AppConfig


class Teams(AppConfig):
    name = "followspot.teams"
    verbose_name = "Teams"

    def ready(self) -> None:
        from followspot.teams import ways_in

        ways_in.listen()
