"""Blame is noticed in words, and names are pointed out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followspot.errors import Refused
from followspot.practices.lessons import rules
from followspot.roles import LEADER


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Wen sent it twice", ["Wen Li"]),
        ("wen li’s list was old", ["Wen Li"]),
        ("We sent it when the list was old", []),
        ("Ana-Maria told the gate", ["Ana-Maria"]),
        ("The owen was hot", []),
    ],
)
def test_names_are_found_as_words_of_their_own(text, names):
    assert rules.names_in([text], ["Wen Li", "Ana-Maria"]) == names


@given(st.text(), st.lists(st.text(max_size=20), max_size=4))
def test_no_text_and_no_name_breaks_it(text, names):
    assert set(rules.names_in([text], names)) <= set(names)
    rules.blame_in([text])


@pytest.mark.parametrize(
    "text",
    [
        "They should have looked",
        "It was careless",
        "It was human error",
        "my fault",
        "Somebody forgot the key",
        "It was obvious",
    ],
)
def test_words_that_look_for_a_culprit_are_answered_with_a_question(text):
    assert rules.blame_in([text])


@pytest.mark.parametrize(
    "text",
    ["The two lists looked the same", "The page said sent, and the bank had not", "The default was wrong"],
)
def test_words_about_how_things_are_pass(text):
    assert rules.blame_in([text]) == []


def test_the_leader_has_two_answers_only():
    assert {verb for verb, roles in rules.MAY.items() if roles == {LEADER}} == {"thank", "own"}


@pytest.mark.parametrize(("happened", "known"), [("", "x"), ("x", " "), ("x" * 2001, "y")])
def test_a_lesson_says_what_happened_and_what_is_known_now(happened, known):
    with pytest.raises(Refused):
        rules.check_told(happened, known)
