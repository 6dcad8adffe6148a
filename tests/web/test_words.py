"""Whatever a page says is said by the product, in the reader's language, or was typed by somebody."""

import re
from gettext import NullTranslations

import lxml.html
import pytest

from followspot import language
from tests.web.test_access import addresses, world

__all__ = ["world"]
pytestmark = pytest.mark.django_db

# What the cast typed, and what it is called.
TYPED = re.compile(
    r"person:\d|Ada away from|\bSkill in the work itself|Lets others shine|Learns from mistakes|Sees what is in the way|[135]: [A-Z][^.]*\.(?: 5: [A-Z][^.]*\.)?"
    r"|(?:Needs each|Every story|Tells only|Waits until)[^\n]*"  # the criteria of a panel, as they were when it was convened
    r"|Refunds in two days|No keys|Which keys\?|For asking|The list|Lovely|Desk|Twice|Alike|Colours|Candidate C|The gate|\bFire\b|Calls\b|Out\b"
    r"|(?:\b|(?<=\d))@?(?:Ada|Ben|Chi|Kit|Ann|Sid|Dee|Quay|Elsewhere)\b|[\w.+]+@[\w.]+|\b\w+://\S+|(?<!\w)/[\w/{}.-]*"
)
# What is the same in every language, or somebody else's name.
NAMES = re.compile(
    r"\d+ \w+ \d{4}(?:, \d\d:\d\d)?|\b\w+(?:tai|kuuta|kuu|stai|viikko)\b|(?:Nykyinen |Uusi )?[Ss]alasana(?: \(uudestaan\))?|Sähköposti\w*"  # Django's Finnish
    r"|\b(?:Followspot|CSV|JSON|PDF|ZIP|OpenAPI|GitHub|GitLab|Jira|Slack|Microsoft Teams|Git|UTC|GET|POST|Deutsch|English|Marked)\b"
)
INLINE = frozenset(
    {"a", "b", "strong", "em", "i", "small", "span", "time", "sub", "sup", "code", "abbr", "q"}
)
READ = ("title", "alt", "placeholder", "aria-label")


class Marked(NullTranslations):
    """Each sentence in brackets, so that what was not said in any stands outside."""

    def gettext(self, message):
        return f"⟦{message}⟧"

    def ngettext(self, one, many, n):
        return f"⟦{one if n == 1 else many}⟧"


@pytest.fixture
def marked(monkeypatch, settings):
    """A language that every browser asks for, in which what is said stands in brackets."""
    monkeypatch.setitem(language.LANGUAGES, "fi", language.Language("Marked", ",", ".", "%", frozenset()))
    kept = language.catalogue
    monkeypatch.setattr(language, "catalogue", lambda code: Marked() if code == "fi" else kept(code))
    settings.LANGUAGES = [*settings.LANGUAGES, ("fi", "Marked")]
    settings.LANGUAGE_CODE = "fi"


def outside(text):
    """Return what of a text stands in no bracket, was typed by nobody and is no name."""
    depth, left = 0, []
    for sign in text:
        depth += (sign == "⟦") - (sign == "⟧")
        left.append(" " if depth or sign == "⟧" else sign)
    said = NAMES.sub(" ", TYPED.sub(" ", "".join(left)))
    return [" ".join(line.split()) for line in said.split("\n") if re.search(r"[A-Za-z]{3}", line)]


def heard(page):
    """Return all that is read or heard of a page, block by block."""
    body = lxml.html.fromstring(page)
    for gone in body.xpath(
        "//script|//style|//code|//pre|//datalist|//select[@name='country']|//*[@translate='no']"
    ):
        gone.drop_tree()
    said = []
    for event, node in lxml.etree.iterwalk(body, events=("start", "end")):
        if not isinstance(node.tag, str):
            continue
        apart = "" if node.tag in INLINE else "\n"
        said.append(apart + ((node.text if event == "start" else node.tail) or ""))
    attributes = [
        node.get(name)
        for name in READ
        for node in body.iter()
        if isinstance(node.tag, str) and node.get(name)
    ]
    return "".join(said) + "\n" + "\n".join(attributes)


@pytest.mark.parametrize("who", ["ada", "ben", "ann", "kit", None])
def test_whatever_a_page_says_can_be_said_in_another_language(client_of, team, world, marked, who):
    client, found = client_of(world[who] if who else None), []
    for name, address in addresses(team):
        answer = client.get(address)
        if _is_page(answer) and name not in IN_ENGLISH:
            found += [f"{name}: {line[:150]}" for line in outside(heard(answer.text))]
    assert not found, f"{len(found)}\n" + "\n".join(sorted(set(found)))


IN_ENGLISH = {"api-docs"}  # a reference for those who program


def _is_page(answer):
    return answer.headers.get("Content-Type", "").startswith("text/html") and "<body" in answer.text
