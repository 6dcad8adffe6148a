"""Danger, described by itself."""

from typing import ClassVar

from followspot import practices
from followspot.language import say


class Dangers(practices.PracticeConfig):
    name = "followspot.practices.danger"
    title = say("Danger")
    claim = say("The leader goes to the front only in danger, and comes back.")
    says: ClassVar[dict[str, str]] = {
        "danger.declared": say("declared danger"),
        "danger.noted": say("reported from the front"),
        "danger.renewed": say("made it longer, until"),
        "danger.ended": say("ended it"),
        "danger.handed_back": say("handed back{what}", what=""),  # a page says “handed back” of a thing
    }
