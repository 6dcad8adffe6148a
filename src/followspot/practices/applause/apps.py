"""Applause, described by itself."""

from typing import ClassVar

from followspot import practices


class Applause(practices.PracticeConfig):
    name = "followspot.practices.applause"
    title = "Applause"
    claim = "The front line gets the credit; the leader applauds."
    says: ClassVar[dict[str, str]] = {
        "applause.given": "applauded",
        "applause.changed": "worded the applause anew",
        "applause.withdrawn": "took the applause back",
        "applause.joined": "clapped along",
        "applause.left": "took the clap back",
        "words.brought": "brought a client’s words",
        "words.withdrawn": "took a client’s words back",
    }
