"""What a practice is (`PracticeConfig`), and the list of those present."""

from collections.abc import Iterable
from typing import ClassVar

from django.apps import AppConfig, apps


class PracticeConfig(AppConfig):
    """A practice says its title, the essay's claim that it lives by, and the events that it leaves."""

    title: ClassVar[str]
    claim: ClassVar[str]
    emits: ClassVar[frozenset[str]]


def practices() -> Iterable[PracticeConfig]:
    """All practices that are installed."""
    return (config for config in apps.get_app_configs() if isinstance(config, PracticeConfig))
