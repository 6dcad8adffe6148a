"""What is said, and how it is put into another language when it is shown."""

import json
import pickle
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from followspot import language
from followspot.language import (
    all_of,
    any_of,
    count,
    in_a_row,
    in_lines,
    in_words,
    listed,
    say,
    speaking,
    together,
)


@pytest.fixture(autouse=True)
def german(monkeypatch):
    """A handful of German words, and nobody else who says which language is spoken."""
    words = {
        "It held for {share:.0%} of {n:,} days.": "Von {n:,} Tagen hat es an {share:.0%} gehalten.",
        "{who} leads since {day:%-d %B %Y}.": "{who} führt seit dem {day:%-d. %B %Y}.",
        "Nobody": "Niemand",
        "May": "Mai",
        "Seen: {what:small}": "Gesehen: {what:small}",
        "The work held.": "Die Arbeit hat gehalten.",
        "Work waits.": "Arbeit wartet.",
        "{some} and {last}": "{some} und {last}",
        "{some} or {last}": "{some} oder {last}",
    }

    class German:
        def gettext(self, sentence):
            return words.get(sentence, sentence)

        def ngettext(self, one, many, n):
            return {"one day": "ein Tag", "{n} days": "{n} Tage"}[one if n == 1 else many]

    monkeypatch.setattr(language, "catalogue", lambda code: German())
    monkeypatch.setattr(language, "_asked", [])


def test_in_english_a_sentence_is_what_stands_in_the_code():
    said = say("It held for {share:.0%} of {n:,} days.", share=0.5, n=1234)
    assert said == str(said) == f"{said}" == "It held for 50% of 1,234 days."


def test_it_is_translated_when_it_is_shown_whoever_made_it_when():
    said = say("Nobody")
    with speaking("de"):
        assert str(said) == f"{said}" == "Niemand"
        made_here = say("Nobody")
    assert str(said) == str(made_here) == "Nobody"


def test_a_language_orders_the_parts_and_writes_numbers_its_own_way():
    said = say("It held for {share:.0%} of {n:,} days.", share=0.5, n=1234)
    with speaking("de"):
        assert str(said) == "Von 1.234 Tagen hat es an 50\N{NO-BREAK SPACE}% gehalten."


def test_days_have_the_names_of_their_language():
    said = say("{who} leads since {day:%-d %B %Y}.", who="Ada", day=date(2026, 5, 1))
    assert str(said) == "Ada leads since 1 May 2026."
    with speaking("de"):
        assert str(said) == "Ada führt seit dem 1. Mai 2026."
    assert say("{at:%H:%M}", at=time(9, 5)) == "09:05"


def test_a_part_that_is_said_is_translated_with_it():
    said = say("{who} leads since {day:%-d %B %Y}.", who=say("Nobody"), day=date(2026, 5, 1))
    with speaking("de"):
        assert str(said) == "Niemand führt seit dem 1. Mai 2026."
        assert said == "Nobody leads since 1 May 2026."


def test_inside_a_sentence_words_begin_small_where_the_language_has_it_so():
    held, waits = (
        say("Seen: {what:small}", what=say("The work held.")),
        say("Seen: {what:small}", what=say("Work waits.")),
    )
    assert held == "Seen: the work held."
    assert waits == "Seen: work waits."
    with speaking("de"):
        assert str(held) == "Gesehen: die Arbeit hat gehalten."
        assert str(waits) == "Gesehen: Arbeit wartet."
    assert say("{what:small}", what="DORA asks") == "DORA asks"
    assert say("{what:capital}", what="what held") == "What held"


@pytest.mark.parametrize(
    ("n", "english", "its"), [(1, "one day", "ein Tag"), (2, "2 days", "2 Tage"), (0, "0 days", "0 Tage")]
)
def test_what_counts_has_the_form_its_number_asks_for(n, english, its):
    said = count(n, "one day", "{n} days")
    assert said == english
    with speaking("de"):
        assert str(said) == its


def test_lists_end_as_people_end_them():
    assert all_of([]) == any_of([]) == ""
    assert all_of(["Ada"]) == "Ada"
    assert all_of(["Ada", "Ben", "Chi"]) == "Ada, Ben and Chi"
    assert any_of(["Ada", "Ben"]) == "Ada or Ben"
    with speaking("de"):
        assert str(all_of(["Ada", "Ben"])) == "Ada und Ben"


def test_sentences_follow_each_other_and_empty_ones_leave_no_gap():
    assert together(["One.", "", "Two."]) == "One. Two."
    assert together([]) == ""


def test_what_is_kept_speaks_the_language_of_whoever_reads_it_later():
    kept = pickle.dumps(say("{who} leads since {day:%-d %B %Y}.", who=say("Nobody"), day=date(2026, 5, 1)))
    with speaking("de"):
        assert str(pickle.loads(kept)) == "Niemand führt seit dem 1. Mai 2026."


def test_what_compares_and_what_programs_read_is_the_english():
    said = say("Nobody")
    with speaking("de"):
        assert said == "Nobody"
        assert {said: 1}["Nobody"] == 1
        assert json.dumps({"who": said}) == '{"who": "Nobody"}'


def test_a_language_that_is_not_there_is_english():
    with speaking("xx"):
        assert str(say("Nobody")) == "Nobody"


def test_a_server_says_who_reads():
    language.ask(lambda: "de")
    assert str(say("Nobody")) == "Niemand"


@given(some.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9))
def test_a_number_loses_nothing_in_another_language(value):
    written = f"{value:,.2f}"
    german = language.number("de", written)
    assert german.replace(".", "").replace(",", ".") == written.replace(",", "")


def test_words_stand_in_a_row_or_below_each_other():
    words = [say("Nobody"), "Ada", "Ben"]
    assert listed(words) == "Nobody, Ada, Ben"
    with speaking("de"):
        assert str(listed(words)) == "Niemand, Ada, Ben"
        assert str(in_a_row(words)) == "Niemand; Ada; Ben"
        assert str(in_lines(words)) == "Niemand\nAda\nBen"


def test_plain_data_is_put_into_words_for_what_writes_it_down():
    data = {"who": say("Nobody"), "all": (say("The work held."), 3, None)}
    with speaking("de"):
        assert json.loads(json.dumps(data))["who"] == "Nobody"
        assert json.loads(json.dumps(in_words(data))) == {
            "who": "Niemand",
            "all": ["Die Arbeit hat gehalten.", 3, None],
        }
