"""The brief, as Django knows it."""

from django.apps import AppConfig


class Brief(AppConfig):
    name = "followspot.brief"
