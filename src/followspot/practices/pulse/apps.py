"""Pulse, described by itself."""

from typing import ClassVar

from followspot import practices


class Pulses(practices.PracticeConfig):
    name = "followspot.practices.pulse"
    title = "Pulse"
    claim = "The leader asks how it is, can’t see who said what, and does one thing about it."
    says: ClassVar[dict[str, str]] = {
        "cadence.set": "set how often the pulse asks:",
        "cadence.stopped": "stopped the pulse",
        "wave.opened": "opened it",
        "wave.called_off": "called it off, and every answer was destroyed",
        "wave.closed": "closed it",
        "wave.tallied": "told what was answered",
        "mirror.tallied": "told the leader what was answered",
        "wave.answered": "said what will be done",
        "wave.kept": "said that it was done",
        "scale.added": "added questions of the team’s own",
        "scale.retired": "retired questions",
        "group.named": "said who works together",
        "checkin.said": "said how it is, by name",
        "checkin.withdrawn": "took it back",
    }
