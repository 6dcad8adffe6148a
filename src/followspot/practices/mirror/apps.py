"""The mirror, described by itself."""

from typing import ClassVar

from followspot import practices
from followspot.language import say


class Mirrors(practices.PracticeConfig):
    name = "followspot.practices.mirror"
    title = say("Mirror")
    claim = say("The leader looks at three marks: their own, the team’s, and what the log can see.")
    says: ClassVar[dict[str, str]] = {
        "mirror.rated": say("looked into the mirror"),
        "measure.shared": say("showed how they lead"),
        "measure.taken_back": say("took back what they showed"),
    }
