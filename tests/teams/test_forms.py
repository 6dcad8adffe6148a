"""A list to choose from is the same as Django's own, only written in one go, and in the order of names."""

import re

import pytest
from django import forms

from followspot.teams.forms import Choice


@pytest.mark.parametrize("value", ["", "2", None])
@pytest.mark.parametrize("attrs", [{}, {"id": "id_to", "required": True, "aria-invalid": "true"}])
def test_a_choice_is_written_as_a_select_is(value, attrs):
    choices = [("", "Somebody else"), (1, "Ada"), (2, 'Ben <b>"of the" & Quay</b>')]
    plain, own = (widget(choices=choices).render("to", value, attrs) for widget in (forms.Select, Choice))
    assert in_order(own) == in_order(re.sub(r">\s+<", "><", plain))


def test_a_choice_is_in_the_order_of_names_after_nobody():
    choices = [("", "Zero"), (1, "Zoe"), (2, "Özil"), (3, "bea"), (4, "Émile"), (5, "Otto")]
    said = re.findall(r">([^<]+)</option>", Choice(choices=choices).render("to", ""))
    assert said == ["Zero", "bea", "Émile", "Otto", "Özil", "Zoe"]


def in_order(html):
    """Put each tag's attributes into one order."""
    return re.sub(r"<(\w+)( [^>]*)>", lambda tag: f"<{tag[1]} {sorted(tag[2].split())}>", html.strip())
