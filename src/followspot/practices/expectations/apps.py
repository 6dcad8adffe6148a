"""The expectation, described by itself."""

from typing import ClassVar

from followspot import practices


class Expectations(practices.PracticeConfig):
    name = "followspot.practices.expectations"
    title = "Expectations"
    claim = "Expectations stay high, and people are given their head."
    says: ClassVar[dict[str, str]] = {
        "expectation.proposed": "proposed it, due",
        "expectation.accepted": "said yes",
        "expectation.agreed": "said yes, and so it is agreed; due",
        "expectation.countered": "proposed other terms",
        "expectation.change_proposed": "proposed a change",
        "expectation.changed": "accepted the change; due",
        "expectation.change_declined": "left it as it was",
        "expectation.change_withdrawn": "took the proposal back",
        "expectation.freedom_voted": "chose a freedom, unseen",
        "expectation.freedom_revealed": "chose a freedom, and the choices were shown: they differ",
        "expectation.freedom_agreed": "chose a freedom, and the choices agree",
        "expectation.started": "started it",
        "expectation.progressed": "checked in",
        "expectation.help_offered": "offered help",
        "expectation.met": "said it is met",
        "expectation.missed": "said it was missed",
        "expectation.reopened": "took the ending back",
        "expectation.dropped": "dropped it",
    }
