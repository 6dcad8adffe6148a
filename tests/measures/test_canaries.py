"""Nobody but the leader is named by any measure, whatever people and folders are called."""

import json
import logging

import pytest

from followspot.evidence.table import Spell, Who
from followspot.measures import Verdict, answer, measures
from followspot.measures.stepaway import Absence
from followspot.ui import drawing
from tests.events import ADA, START
from tests.measures.practised import ASOF, everything, log

BIRDS = (
    "Canary Bird <canary.bird@coalmine.example>",
    "finchhandle",
    "Wren Featherstone <8812+wrenlogin@users.noreply.github.com>",
)
AREAS = (
    "home/canary.bird",
    "Canary Bird/src",
    "finchhandle",
    "src/wrenlogin",
    "wren-featherstone",
    "src/ledger",
)
SONG = ("canary", "coalmine", "finchhandle", "wrenlogin", "featherstone")


@pytest.fixture(scope="module")
def rows():
    return everything(people=BIRDS, areas=AREAS)


def sung(text):
    return [note for note in SONG if note in text.casefold()]


def test_the_birds_are_in_the_log_that_comes_in(rows):
    assert sung(repr(rows)) == list(SONG)


def test_no_column_of_the_masked_log_carries_one(rows):
    assert sung(repr(log(rows).to_pyarrow().to_pylist())) == []


@pytest.mark.parametrize("members", [None, (Spell(ADA), *map(Spell, BIRDS))], ids=["anybody", "listed"])
@pytest.mark.parametrize("slug", measures())
def test_no_canary_sings(rows, slug, members, caplog, capsys):
    from followspot.evidence.table import connect, masked
    from tests.events import table

    caplog.set_level(logging.DEBUG)
    seen = masked(table(connect(), rows), Who(leads=(Spell(ADA),), members=members))
    if slug == "step-away":
        away = [Absence((START.replace(month=10, day=7)).date(), START.replace(month=10, day=20).date())]
        found = measures()[slug].compute(seen, absences=away)
        assert found
        assert sung(repr(found)) == []
        return
    reading = answer(measures()[slug], seen, asof=ASOF)
    told = [repr(reading), json.dumps(reading.as_json()), str(reading.table), str(reading.chart)]
    told += [drawing.svg(r.chart) for r in (reading, *reading.parts) if r.chart]
    out = capsys.readouterr()
    assert sung(" ".join([*told, caplog.text, out.out, out.err])) == []
    if members is None:
        assert reading.verdict != Verdict.CANT_TELL, reading.sentence
        assert reading.parts or reading.table, "it had something to sing about"
