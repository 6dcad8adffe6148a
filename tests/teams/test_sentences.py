"""A sentence that is kept in a column is read by each in their own language; the database has the English."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.utils import translation

from followspot.language import count, say
from followspot.teams import audit
from followspot.teams.models import RightsChange

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def kept(what):
    """Keep a sentence, and return it as it is read and as it lies in the database."""
    audit.changed_rights(None, by=None, what=what, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT what FROM teams_rightschange")
        (stored,) = cursor.fetchone()
    return RightsChange.objects.get().what, stored


def test_a_plain_sentence_lies_there_as_it_is():
    read, stored = kept(say("was invited"))
    assert (read, stored) == ("was invited", "was invited")
    with translation.override("de"):
        assert str(read) == "wurde eingeladen"


def test_one_with_parts_can_be_put_together_anew():
    read, stored = kept(say("leads {since}", since=say("from {day:%-d %B %Y} on", day=date(2026, 5, 3))))
    assert read == "leads from 3 May 2026 on"
    assert stored.startswith("leads from 3 May 2026 on")
    with translation.override("de"):
        assert str(read) == "führt ab dem 3. Mai 2026"


def test_what_counts_counts_again():
    read, _ = kept(say("{what}: kept for {lasts}", what="Logs", lasts=count(1200, "{n:,} day", "{n:,} days")))
    assert read == "Logs: kept for 1,200 days"
    with translation.override("de"):
        assert str(read) == "Logs: Aufbewahrung 1.200 Tage"


def test_what_has_no_room_with_its_parts_is_kept_in_english():
    read, stored = kept(say("{what}: kept for {lasts}", what="Logs " * 20, lasts="long"))
    assert read == stored == f"{'Logs ' * 20}: kept for long"


def test_what_was_written_before_there_was_another_language_is_read_too():
    RightsChange.objects.create(what="was invited", at=NOW)
    with translation.override("de"):
        assert str(RightsChange.objects.get(what="was invited").what) == "wurde eingeladen"
