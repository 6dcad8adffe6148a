"""A drawing speaks the language of whoever looks: its words, its numbers, its months."""

import re

import pytest
from django.utils import translation

from followspot.language import count, say
from followspot.measures._methods import charts
from followspot.ui import drawing

CHART = {
    "description": say("Pace"),
    "height": 100,
    "data": {"values": [{"day": "2026-03-01", "n": 0}, {"day": "2026-06-01", "n": 2000}]},
    "mark": "line",
    "encoding": {
        "x": {"field": "day", "type": "temporal", "title": None, "axis": {"format": "%B", "tickCount": 3}},
        "y": {"field": "n", "type": "quantitative", "title": None, "axis": {"format": ",d", "values": [0, 2000]}},
    },
}  # fmt: skip


def written(chart):
    drawn = drawing.svg(chart)
    return re.search(r'aria-label="([^"]*)"', drawn)[1], set(re.findall(r">([^<]+)</text>", drawn))


@pytest.mark.parametrize(
    ("code", "named", "month", "number"), [("en-gb", "Pace", "May", "2,000"), ("de", "Tempo", "Mai", "2.000")]
)
def test_it_is_written_in_the_readers_language(code, named, month, number, monkeypatch):
    monkeypatch.setattr(
        "followspot.language.translated",
        lambda code, ask, n=None: {"Pace": "Tempo"}.get(ask[0], ask[0]),
    )
    monkeypatch.setattr(drawing, "translated", lambda code, ask: {"May": "Mai"}.get(ask[0], ask[0]))
    drawing._draw.cache_clear()
    with translation.override(code):
        label, texts = written(CHART)
    drawing._draw.cache_clear()
    assert label == named
    assert {month, number} <= texts


def test_the_words_on_an_axis_are_told_by_what_they_stand_for():
    labels = charts.labels(
        {"datum.value == 0": say("Zurück’")}, count(2, "{n} day", "{n} days", n=charts.VALUE)
    )
    y = CHART["encoding"]["y"] | {"axis": {"values": [0, 2000], "labelExpr": labels}}
    _, texts = written(CHART | {"encoding": CHART["encoding"] | {"y": y}})
    assert {"Zurück’", "2000 days"} <= texts
