"""Danger, described by itself."""

from typing import ClassVar

from followspot import practices


class Dangers(practices.PracticeConfig):
    name = "followspot.practices.danger"
    title = "Danger"
    claim = "The leader goes to the front only in danger, and comes back."
    says: ClassVar[dict[str, str]] = {
        "danger.declared": "declared danger",
        "danger.noted": "reported from the front",
        "danger.renewed": "made it longer, until",
        "danger.ended": "ended it",
        "danger.handed_back": "handed back",
    }
