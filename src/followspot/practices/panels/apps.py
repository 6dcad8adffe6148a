"""The panel, described by itself."""

from typing import ClassVar

from followspot import practices
from followspot.language import say


class Panels(practices.PracticeConfig):
    name = "followspot.practices.panels"
    title = say("Hiring")
    claim = say("People are hired to be given their head, by leaders who first find out where they differ.")
    says: ClassVar[dict[str, str]] = {
        "panel.convened": say("convened it, with scores in by"),
        "panel.changed": say("changed what was planned"),
        "panel.panelist_removed": say("took somebody off it"),
        "panel.deletion_moved": say("brought the deletion nearer"),
        "panel.opened": say("opened the scores that were in"),
        "panel.decided": say("put on the record what is agreed"),
        "panel.signed": say("signed the record"),
        "panel.looked_again": say("looked again after the first quarter"),
        "panel.erased": say("what was known of the candidate was deleted"),
        "score.drafted": say("worked on their score"),
        "score.submitted": say("handed in their score"),
        "score.completed": say("handed in the last score, and all were opened"),
    }
