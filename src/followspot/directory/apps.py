"""The directory, described by itself."""

from django.apps import AppConfig


class Directory(AppConfig):
    name = "followspot.directory"
    verbose_name = "The organisation’s directory"
