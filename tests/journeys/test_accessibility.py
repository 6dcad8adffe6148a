"""Every page of a team in each of its states, asked by axe; none scrolls sideways at 320 px."""

from datetime import date, datetime, timedelta
from pathlib import Path

import axe_playwright_python
import pytest

from tests.journeys.conftest import PASSWORD
from tests.journeys.hands import ARRIVED, WAYS

pytestmark = pytest.mark.browser

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
ASK = """async () => {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const found = await axe.run(document, {runOnly: tags, resultTypes: ['violations']});
  return found.violations.map(v => `${v.id}: ${v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | ')}`);
}"""
NARROW = 320
WIDE = """w => [...document.querySelectorAll('main *, .rail *, .top *')].filter(
  e => e.getBoundingClientRect().right > w).slice(-3).map(e => e.outerHTML.slice(0, 120))"""

in_both_themes = pytest.mark.parametrize("way", WAYS[:2], ids=str)

SHARED = (
    "", "expectations/", "barriers/", "lessons/", "pulse/", "applause/", "danger/", "step-aways/", "hiring/", "evidence/", "people/",
    "search/", "search/?q=letters", "who-sees-what/", "days-off/",
)  # fmt: skip
FORMS = ("expectations/new/", "applause/give/", "words/bring/", "lessons/tell/", "hiring/convene/")
OF_THE_LEADER = (
    "mirror/", "mirror/rate/", "panels/mirror/", "panels/map/", "pulse/settings/", "panels/pulse-lines/", "panels/freedom/",
    "sideline/", "sideline/?anyway=yes", "step-aways/plan/", "step-aways/showing/", "settings/", "panels/barrier-survival/", "panels/pace/",
)  # fmt: skip
OF_NO_TEAM = (
    "/", "/start/", "/account/profile/", "/account/mail/", "/account/password/", "/account/second-step/",
    "/account/second-step/app/", "/account/passkeys/", "/account/passkeys/add/", "/sign-out/",
)  # fmt: skip


@pytest.fixture
def looked():
    """Collect what axe says of pages; in the end there is nothing."""
    found = []
    yield found
    assert not found, "\n".join(found)


def look(hand, found, what=""):
    """Ask axe about the page as it is, and whether it fits a narrow window."""
    page = hand.page
    page.wait_for_function(ARRIVED)
    # The whole page at once: what lies under the rail just now would count as too small to hit.
    page.set_viewport_size(
        {"width": hand.way.width, "height": 400 + page.evaluate("document.body.scrollHeight")}
    )
    page.evaluate(AXE)
    where = f"{hand.way} {page.url.split('/', 3)[3]} {what}"
    found += [f"{where}: {said}" for said in page.evaluate(ASK)]
    name = f"{page.url.split('/', 5)[-1].replace('/', '-').split('?')[0] or 'stage'}{what}"
    hand.shot(name)
    if hand.way.width < 500:  # what fits doesn't depend on the theme
        found += fits(hand, where)
        hand.shot(f"{name}-{NARROW}")
    page.set_viewport_size({"width": hand.way.width, "height": 900})


def fits(hand, where):
    """Say what makes a page scroll sideways in a narrow window, if anything does."""
    hand.page.set_viewport_size({"width": NARROW, "height": 640})
    wide = hand.page.evaluate("document.documentElement.scrollWidth")
    return (
        [f"{where}: {wide} px wide, of {NARROW}: {hand.page.evaluate(WIDE, NARROW)}"] if wide > NARROW else []
    )


@in_both_themes
def test_an_empty_team(quay, looked):
    for path in (*SHARED, "sideline/"):
        quay.ada.open(path)
        look(quay.ada, looked)
    for path in ("", "barriers/"):
        quay.ben.open(path)
        look(quay.ben, looked)


@in_both_themes
def test_a_full_team(quay, looked):
    everything = quay.house.ask("fill", slug=quay.slug)
    chi = [a for a in everything if "/expectations/" in a or "/applause/" in a or "/lessons/" in a]
    for path in (*SHARED, *OF_THE_LEADER, *everything):
        quay.ada.open(path)
        look(quay.ada, looked)
    for path in ("", "barriers/", "pulse/", *chi[:6], *chi[-1:]):
        quay.chi.open(path)
        look(quay.chi, looked, "by the front line")
    stranger = quay.hand("Dee", fresh=True)
    stranger.open(quay.house.ask("link", slug=quay.slug, name="Dee"))
    look(stranger, looked, "by link")


@in_both_themes
def test_what_went_wrong(quay, looked):
    ada, ben = quay.ada, quay.ben
    for path in (*FORMS, "danger/", "barriers/"):
        ada.open(path)
        ada.main.locator("form").first.evaluate("f => { f.noValidate = true; f.submit(); }")
        ada.page.locator("[role=alert]").wait_for()
        look(ada, looked, "wrong")
    ben.open("barriers/")
    ben.write("What is in the way?", "The crane has no key")
    ben.press("Raise it")
    ada.open(ben.page.url.removeprefix(quay.house.url))
    ada.field("Cleared by").evaluate("e => e.removeAttribute('min')")
    ada.date("Cleared by", date(2020, 2, 3))
    ada.write("A word to whoever waits", "On it.")
    ada.press("Take it")
    look(ada, looked, "refused")
    ben.open("sideline/")
    look(ben, looked, "not yours")


@in_both_themes
def test_danger_runs(quay, looked):
    ada = quay.ada
    ada.open("danger/")
    look(ada, looked, "declare")
    ada.write("What is the danger?", "Payments are taken twice.")
    ada.write("What does the leader take?", "The talk with the bank")
    ada.write("How does this end?", "Clean for two hours")
    ada.date("And by itself at", (datetime.now() + timedelta(days=2)).replace(second=0, microsecond=0))
    ada.press("Ada goes to the front")
    look(ada, looked, "turned")
    ada.unfold("Step back now")
    look(ada, looked, "unfolded")
    for path in ("", "sideline/", "barriers/", "danger/"):
        ada.open(path)
        look(ada, looked, "in danger")
    quay.ben.open()
    quay.ben.press("To the front, and back")
    quay.ben.unfold("Make it longer")
    look(quay.ben, looked, "by the front line")


@in_both_themes
def test_accounts(quay, looked):
    eve = quay.eve
    for path in OF_NO_TEAM:
        eve.open(path)
        if "/account/confirm/" in eve.page.url:
            look(eve, looked, "confirm")
            eve.page.get_by_label("Password").fill(PASSWORD)
            eve.press("It’s me")
        look(eve, looked)
    nobody = quay.hand("Fay", fresh=True)
    for path in ("/sign-in/", "/account/password/lost/", "/account/sign-up/", "/join/no-such-word/"):
        nobody.open(path)
        look(nobody, looked)
