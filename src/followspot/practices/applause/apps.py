"""Applause, described by itself."""

from typing import ClassVar

from followspot import practices
from followspot.language import say


class Applause(practices.PracticeConfig):
    name = "followspot.practices.applause"
    title = say("Applause")
    claim = say("The front line gets the credit; the leader applauds.")
    says: ClassVar[dict[str, str]] = {
        "applause.given": say("applauded"),
        "applause.changed": say("worded the applause anew"),
        "applause.withdrawn": say("took the applause back"),
        "applause.joined": say("clapped along"),
        "applause.left": say("took the clap back"),
        "words.brought": say("brought a client’s words"),
        "words.withdrawn": say("took a client’s words back"),
    }
