"""Pulse, described by itself."""

from typing import ClassVar

from followspot import practices
from followspot.language import say


class Pulses(practices.PracticeConfig):
    name = "followspot.practices.pulse"
    title = say("Pulse")
    claim = say("The leader asks how it is, can’t see who said what, and does one thing about it.")
    says: ClassVar[dict[str, str]] = {
        "cadence.set": say("set how often the pulse asks:"),
        "cadence.stopped": say("stopped the pulse"),
        "wave.opened": say("opened it"),
        "wave.called_off": say("called it off, and every answer was destroyed"),
        "wave.closed": say("closed it"),
        "wave.tallied": say("told what was answered"),
        "mirror.tallied": say("told the leader what was answered"),
        "wave.answered": say("said what will be done"),
        "wave.kept": say("said that it was done"),
        "scale.added": say("added questions of the team’s own"),
        "scale.retired": say("retired questions"),
        "group.named": say("said who works together"),
        "checkin.said": say("said how it is, by name"),
        "checkin.withdrawn": say("took it back"),
    }
