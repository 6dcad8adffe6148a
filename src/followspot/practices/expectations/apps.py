"""The expectation, described by itself."""

from typing import ClassVar

from followspot import practices
from followspot.language import say


class Expectations(practices.PracticeConfig):
    name = "followspot.practices.expectations"
    title = say("Expectations")
    claim = say("Expectations stay high, and people are given their head.")
    says: ClassVar[dict[str, str]] = {
        "expectation.proposed": say("proposed it, due"),
        "expectation.accepted": say("said yes"),
        "expectation.agreed": say("said yes, and so it is agreed; due"),
        "expectation.countered": say("proposed other terms"),
        "expectation.change_proposed": say("proposed a change"),
        "expectation.changed": say("accepted the change; due"),
        "expectation.change_declined": say("left it as it was"),
        "expectation.change_withdrawn": say("took the proposal back"),
        "expectation.freedom_voted": say("chose a freedom, unseen"),
        "expectation.freedom_revealed": say("chose a freedom, and the choices were shown: they differ"),
        "expectation.freedom_agreed": say("chose a freedom, and the choices agree"),
        "expectation.started": say("started it"),
        "expectation.progressed": say("checked in"),
        "expectation.help_offered": say("offered help"),
        "expectation.met": say("said it is met"),
        "expectation.missed": say("said it was missed"),
        "expectation.reopened": say("took the ending back"),
        "expectation.dropped": say("dropped it"),
    }
