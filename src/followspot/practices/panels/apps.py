"""The panel, described by itself."""

from typing import ClassVar

from followspot import practices


class Panels(practices.PracticeConfig):
    name = "followspot.practices.panels"
    title = "Hiring"
    claim = "People are hired to be given their head, by leaders who first find out where they differ."
    says: ClassVar[dict[str, str]] = {
        "panel.convened": "convened it, with scores in by",
        "panel.changed": "changed what was planned",
        "panel.panelist_removed": "took somebody off it",
        "panel.deletion_moved": "brought the deletion nearer",
        "panel.opened": "opened the scores that were in",
        "panel.decided": "put on the record what is agreed",
        "panel.signed": "signed the record",
        "panel.looked_again": "looked again after the first quarter",
        "panel.erased": "what was known of the candidate was deleted",
        "score.drafted": "worked on their score",
        "score.submitted": "handed in their score",
        "score.completed": "handed in the last score, and all were opened",
    }
