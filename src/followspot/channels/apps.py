"""The channels, described by themselves."""

from django.apps import AppConfig


class Channels(AppConfig):
    name = "followspot.channels"
    verbose_name = "Channels"
