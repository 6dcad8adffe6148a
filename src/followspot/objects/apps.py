"""What is common to all objects, as Django knows it, and the events that it leaves."""

from typing import ClassVar

from django.apps import AppConfig


class Objects(AppConfig):
    name = "followspot.objects"
    verbose_name = "Objects"
    says: ClassVar[dict[str, str]] = {
        "comment.made": "said something",
        "comment.withdrawn": "took a comment back",
    }
