"""What is common to all objects, as Django knows it, and the events that it leaves."""

from typing import ClassVar

from django.apps import AppConfig

from followspot.language import say


class Objects(AppConfig):
    name = "followspot.objects"
    verbose_name = "Objects"
    says: ClassVar[dict[str, str]] = {
        "comment.made": say("said something"),
        "comment.withdrawn": say("took a comment back"),
    }
