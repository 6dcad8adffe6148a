"""What counts as a sentence of a template, and how a translation takes its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from followspot.ui.sentences import sentences, translate


def words(source, **how):
    return [sentence.words for sentence in sentences(source, **how)]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("<h1>What is in the way?</h1><p>One line.</p>", ["What is in the way?", "One line."]),
        ("<p>Over\n   two lines</p>", ["Over two lines"]),
        ("<p>{{ name }} raised it.</p>", ["{{ name }} raised it."]),
        ("<p>{{ name }}</p>", []),
        ("<p>12 – 14</p>", []),
        ("<p>Ask <a href='{% url 'x' %}'>whoever leads</a>.</p>", ["Ask <a>whoever leads</a>."]),
        ('<p><a href="1">One</a> or <a href="2">two</a></p>', ["<a>One</a> or <a2>two</a2>"]),
        ('<p><b>1</b> and <b>2</b></p>', ["<b>1</b> and <b>2</b>"]),
        ('<li><a href="1">One</a></li>', ["One"]),
        ('<a href="1">One</a> <a href="2">Two</a>', ["One", "Two"]),
        ("<button>{% icon 'x' %} Save it</button>", ["Save it"]),
        ("<p>{% people them %} did it</p>", ["{% people them %} did it"]),
        ("{# a note #}<p>Read {# nothing #}on</p>", ["Read on"]),
        ('<body class="{% block body %}{% endblock %}">', []),
        ("{% block body %}lit{% endblock %}", []),
        ("<script>let word = 1</script><style>p { color: red }</style>", []),
        ('<input placeholder="Search" value="kept"><img alt="A lamp">', ["Search", "A lamp"]),
        ('<p title="{{ name }}">x</p>', ["x"]),
        ('<a title="Look" href="/">here</a> it is', ["<a>here</a> it is", "Look"]),
        ("<p>{{ n|default:0 }}</p>", []),
        ('<p>{{ n|default:"none" }}</p>', ['{{ n|default:"none" }}']),
        ("{% if a > 1 %}<p>Many</p>{% endif %}", ["Many"]),
    ],
)  # fmt: skip
def test_what_is_a_sentence(source, said):
    assert words(source) == said


def test_a_condition_within_a_sentence_belongs_to_it():
    assert words("<p>Due {% if today %}today{% else %}later{% endif %}.</p>") == [
        "Due {% if today %}today{% else %}later{% endif %}."
    ]
    assert words("<p>{{ n }} {% if n == 1 %}day{% else %}days{% endif %}</p>") == [
        "{{ n }} {% if n == 1 %}day{% else %}days{% endif %}"
    ]


def test_a_condition_that_chooses_between_sentences_does_not():
    assert words("<p>{% if a %}All is well.{% else %}Something waits.{% endif %}</p>") == [
        "All is well.",
        "Something waits.",
    ]
    assert words("{% if a %}<p>One.</p>{% endif %} {% if b %}Two.{% endif %}") == ["One.", "Two."]


def test_of_plain_text_each_line_is_one():
    assert words("Hello {{ name }},\n\nread <this>.\n{% if a %}\nMore\n{% endif %}", plain=True) == [
        "Hello {{ name }},",
        "read <this>.",
        "More",
    ]


def test_a_translation_may_put_things_in_another_order():
    source = '<p class="x">Raised by <span class="who">{{ name }}</span>\n on {{ day }}.</p>'
    german = {
        "Raised by <span>{{ name }}</span> on {{ day }}.": "Am {{ day }} von <span>{{ name }}</span> gemeldet."
    }
    assert (
        translate(source, german.get)
        == '<p class="x">Am {{ day }} von <span class="who">{{ name }}</span> gemeldet.</p>'
    )


def test_two_links_keep_where_they_lead():
    source = '<p><a href="/1">One</a> or <a href="/2">two</a></p>'
    german = {"<a>One</a> or <a2>two</a2>": "<a2>zwei</a2> oder <a>eins</a>"}
    assert translate(source, german.get) == '<p><a href="/2">zwei</a> oder <a href="/1">eins</a></p>'


def test_what_a_link_says_when_pointed_at_is_translated_with_it():
    german = {"Look": "Sieh", "<a>here</a> it is": "<a>hier</a> ist es"}
    assert translate('<a title="Look">here</a> it is', german.get) == '<a title="Sieh">hier</a> ist es'


def test_an_element_that_is_not_in_the_sentence_is_an_error():
    with pytest.raises(KeyError):
        translate("<p>Plain words</p>", {"Plain words": "<em>Worte</em>"}.get)


pieces = some.sampled_from(
    ["<p>", "</p>", "<b>", "</b>", '<a href="{% url \'x\' %}">', "</a>", "{% if a %}", "{% else %}", "{% endif %}", "{% for x in y %}",
     "{% endfor %}", "{{ x }}", "words ", " and more", "\n", "{# note #}", "<br>", '<i title="Look">', "</i>", "&amp;", "<", "{"]
)  # fmt: skip


@given(some.lists(pieces, max_size=25).map("".join), some.booleans())
def test_whatever_a_template_is_made_of_it_stays_as_it_is_in_english(source, plain):
    assert translate(source, lambda said: said, plain=plain) == source
    for sentence in sentences(source, plain=plain):
        assert sentence.words == sentence.words.strip()
        assert 0 <= sentence.begins < sentence.ends <= len(source)
