"""What all practices share: talk with a mention, a history, a search over everything, and tables to take along."""

import csv
import io

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_talk(quay):
    ben, eve = quay.ben, quay.eve
    ben.open("barriers/")
    ben.write("What is in the way?", "=HYPERLINK the crane has no key")
    ben.press("Raise it")
    one = ben.page.url.removeprefix(quay.house.url)
    ben.write("Say something", "@Eve had the key on Friday. Could you look?")
    ben.press("Say it")
    expect(ben.main.locator(".comments li")).to_contain_text("@Eve had the key")
    ben.shot("1-said")

    eve.open()
    eve.sees("Ben asks you to look at “=HYPERLINK the crane has no key”.")
    eve.shot("2-asked")
    eve.open("search/")
    eve.write("What are you looking for?", "friday crane")
    eve.press("Look")
    eve.sees("Nothing has these words in it.")
    eve.write("What are you looking for?", "friday key")
    eve.press("Look")
    eve.sees("Found", "@Eve had the key on Friday")
    eve.shot("3-found")
    eve.press("=HYPERLINK the crane has no key")
    eve.write("Say something", "It is in the red box.")
    eve.press("Say it")
    expect(eve.main.locator(".comments li")).to_have_count(2)
    eve.open()
    eve.sees("Eve, nothing waits for you")
    eve.page.go_back()
    history = eve.main.locator(".history li")
    expect(history).to_have_count(3)
    expect(history.filter(has_text="Ben raised it")).to_have_count(1)
    ben.open(one)
    ben.press("Take it back")
    ben.sees("Taken back. That there was a comment stays in the history.")
    expect(ben.main.locator(".comments li")).to_have_count(1)
    tables(eve)


def tables(hand):
    """Every list is a table too; a spreadsheet finds no formula in it."""
    for page in ("barriers/", "expectations/", "applause/", "lessons/", "danger/"):
        answer = hand.page.request.get(f"{hand.base}{page}?format=csv")
        assert answer.ok
        assert answer.headers["content-disposition"].startswith("attachment")
        rows = list(csv.reader(io.StringIO(answer.body().decode("utf-8-sig"))))
        assert len({len(row) for row in rows}) == 1, page
        assert not [cell for row in rows for cell in row if cell.lstrip()[:1] in set("=+-@")], page
        if page == "barriers/":
            assert rows[1][0] == "'=HYPERLINK the crane has no key"
    hand.open("barriers/")
    with hand.page.expect_download() as kept:
        hand._act(hand.link("As a table (CSV)"))
    assert kept.value.suggested_filename.startswith("barriers-")
