"""The teams app, as Django knows it."""

from django.apps import AppConfig


class Teams(AppConfig):
    name = "followspot.teams"
    verbose_name = "Teams"

    def ready(self) -> None:
        from django.utils.translation import get_language

        from followspot import language
        from followspot.teams import ways_in

        language.ask(get_language)
        ways_in.listen()
