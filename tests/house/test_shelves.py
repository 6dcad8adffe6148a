"""The three shelves keep their promises, and the loop between them is closed."""

import importlib
from pathlib import Path

import pytest
from django.apps import apps

from followspot.evidence.activities import ACTIVITIES
from followspot.evidence.connectors import connectors
from followspot.measures import measures
from followspot.practices import practices

ROOT = Path(__file__).parent.parent.parent
MEASURES, CONNECTORS = measures(), connectors()


SAID = {a for config in apps.get_app_configs() for a in getattr(config, "says", ())}


def emitted():
    return set().union(*(c.emits for c in CONNECTORS.values()), *(p.emits for p in practices()))


@pytest.mark.parametrize("slug", MEASURES)
def test_every_activity_that_a_measure_needs_is_in_somebodys_emits(slug):
    assert MEASURES[slug].needs <= emitted()


@pytest.mark.parametrize("slug", CONNECTORS)
def test_a_connector_emits_only_the_vocabulary(slug):
    assert CONNECTORS[slug].emits <= set(ACTIVITIES)


def test_no_word_stands_in_the_vocabulary_that_nobody_says():
    assert set(ACTIVITIES) <= emitted()


@pytest.mark.parametrize("activity", sorted({*ACTIVITIES, *SAID}))
def test_an_activity_is_an_object_and_a_past_participle(activity):
    assert activity == activity.lower()
    assert len(activity.split(".")) == 2


@pytest.mark.parametrize("slug", MEASURES)
def test_a_measure_has_a_question_a_test_and_a_page(slug):
    module = importlib.import_module(MEASURES[slug].compute.__module__)
    name = module.__name__.rsplit(".", 1)[1]
    assert module.__doc__.splitlines()[0] == MEASURES[slug].question
    assert MEASURES[slug].question.endswith("?")
    assert (ROOT / "tests" / "measures" / f"test_{name}.py").exists()
    assert (ROOT / "docs" / "measures" / f"{slug}.md").exists()


@pytest.mark.parametrize("slug", CONNECTORS)
def test_a_connector_has_a_docstring_and_a_test(slug):
    name = {"csv": "csv_file"}.get(slug, slug)
    assert importlib.import_module(f"followspot.evidence.connectors.{name}").__doc__
    assert (ROOT / "tests" / "evidence" / "connectors" / f"test_{name}.py").exists()


def test_every_module_says_what_stands_there():
    silent = [
        str(path)
        for path in (ROOT / "src").rglob("*.py")
        if "migrations" not in path.parts and not path.read_text().lstrip().startswith('"""')
    ]
    assert silent == []


def test_no_file_is_named_for_nothing():
    empty = {"utils", "helpers", "common", "core", "lib", "base", "misc", "managers", "services", "selectors"}
    assert [p for p in (ROOT / "src").rglob("*.py") if p.stem in empty] == []


def test_every_event_of_the_app_has_words_for_a_history():
    for config in apps.get_app_configs():
        for activity, words in getattr(config, "says", {}).items():
            assert words == words.strip(), activity
            assert words, activity
            assert not words.endswith("."), activity
