"""A list to choose from is the same as Django's own, only written in one go."""

import re

import pytest
from django import forms

from followspot.teams.forms import Choice


@pytest.mark.parametrize("value", ["", "2", None])
@pytest.mark.parametrize("attrs", [{}, {"id": "id_to", "required": True, "aria-invalid": "true"}])
def test_a_choice_is_written_as_a_select_is(value, attrs):
    choices = [("", "Somebody else"), (1, "Ada"), (2, '<b>"Ben" & Chi</b>')]
    plain, own = (widget(choices=choices).render("to", value, attrs) for widget in (forms.Select, Choice))
    assert in_order(own) == in_order(re.sub(r">\s+<", "><", plain))


def in_order(html):
    """Put each tag's attributes into one order."""
    return re.sub(r"<(\w+)( [^>]*)>", lambda tag: f"<{tag[1]} {sorted(tag[2].split())}>", html.strip())
