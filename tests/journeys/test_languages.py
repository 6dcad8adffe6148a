"""Every kind of page with words half as long again, from right to left, and in German: it fits, and its figures are figures."""

import os
import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from tests.journeys.stretched import LONG, RIGHT

pytestmark = pytest.mark.browser
PROGRAM = "tests.journeys.stretched"
NARROW = 360
MOST = 60
WIDE = """w => [...document.querySelectorAll('main *, .rail *, .top *')].filter(e => {
  const box = e.getBoundingClientRect(); return box.width && (box.right > w + 1 || box.left < -1)
}).slice(-3).map(e => e.outerHTML.slice(0, 160))"""
LINKS = "[...document.querySelectorAll('a[href]')].map(a => a.href)"
# A comma in a coordinate draws something else, or nothing.
BROKEN = """[...document.querySelectorAll('svg *')].flatMap(e => [...e.attributes].filter(
  a => /^(x|y|x1|x2|y1|y2|cx|cy|r|rx|ry|width|height|stroke-width)$/.test(a.name) && /,|\\u00a0/.test(a.value)).map(a => `${a.name}=${a.value.slice(0, 60)}`)).slice(0, 3)"""


def kind(address):
    """Return what kind of page an address is: the same for barrier 3 and barrier 4, of whatever team."""
    path = urlsplit(address).path
    return re.sub(r"^/teams/[^/]+", "/teams/x", re.sub(r"\d+", "1", path))


def walk(page, base):
    """Yield one page of each kind that links lead to, nearest first."""
    waiting, seen = [base + "/"], {"/"}
    while waiting and len(seen) - len(waiting) <= MOST:
        address = waiting.pop(0)
        answer = page.goto(address)
        if answer is None or "text/html" not in answer.headers.get("content-type", ""):
            continue
        yield address
        for link in page.evaluate(LINKS):
            link = urljoin(base, link).partition("#")[0]
            said = kind(link)
            if (
                link.startswith(base)
                and said not in seen
                and not re.search(r"\.(csv|json|pdf|html|ics|zip)$|/(sign-out|copy)/", said)
            ):
                seen.add(said)
                waiting.append(link)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "side"), [(LONG, "ltr"), (RIGHT, "rtl"), ("de", "ltr")], ids=["long", "right", "german"]
)
def test_it_fits_and_draws(app, browser, code, side, request):
    context = browser.new_context(
        viewport={"width": NARROW, "height": 800}, locale=code, base_url=app.url, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto("/sign-in/")
    page.locator("[name=login]").fill("me@localhost")
    page.locator("[name=password]").fill(app.password)
    page.locator("button[type=submit], form button.main").first.click()
    wrong = []
    for address in walk(page, app.url):
        where = kind(address)
        html = page.locator("html")
        if (html.get_attribute("lang"), html.get_attribute("dir")) != (code, side):
            wrong.append(f"{where}: speaks {html.get_attribute('lang')}")
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > NARROW:
            wrong.append(f"{where}: {wide} px wide: {page.evaluate(WIDE, NARROW)}")
        if broken := page.evaluate(BROKEN):
            wrong.append(f"{where}: draws {broken}")
        if folder := os.environ.get("FOLLOWSPOT_SHOTS"):
            page.screenshot(path=Path(folder) / f"{code}{where.replace('/', '-')}.png", full_page=True)
    context.close()
    assert not wrong, "\n".join(wrong)
