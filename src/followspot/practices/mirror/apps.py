"""The mirror, described by itself."""

from typing import ClassVar

from followspot import practices


class Mirrors(practices.PracticeConfig):
    name = "followspot.practices.mirror"
    title = "Mirror"
    claim = "The leader looks at three marks: their own, the team’s, and what the log can see."
    says: ClassVar[dict[str, str]] = {
        "mirror.rated": "looked into the mirror",
        "measure.shared": "showed how they lead",
        "measure.taken_back": "took back what they showed",
    }
