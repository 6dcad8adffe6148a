"""Somebody is invited and comes in; somebody signs in by passkey; the pages fit every window."""

import re
from itertools import pairwise

import pytest

pytestmark = pytest.mark.browser
DEMO = False  # no samples needed here

PAGES = (
    "/account/profile/",
    "/account/mail/",
    "/account/password/",
    "/account/second-step/",
    "/account/second-step/app/",
    "/account/passkeys/",
    "/account/passkeys/add/",
    "/sign-out/",
    "/teams/pier/people/",
    "/teams/pier/settings/",
    "/teams/pier/days-off/?country=DE",
)


@pytest.fixture(scope="module")
def pier(app, browser):
    """A team of one's own, named and nothing more."""
    context = browser.new_context(base_url=app.url)
    page = context.new_page()
    sign_in(page, app.password)
    page.goto("/start/")
    page.locator("#only-name").fill("Pier")
    page.get_by_role("button", name="Start the team").click()
    page.wait_for_url("**/teams/pier/**")
    context.close()


def sign_in(page, password, email="me@localhost"):
    page.goto("/sign-in/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def show_again(page, password):
    """What changes how one signs in asks once more."""
    if "/account/confirm/" in page.url:
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="It’s me").click()


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("width", [1440, 320])
def test_the_pages_fit_and_their_headings_are_in_order(visit, app, pier, width, script):
    page = visit(width, "dark" if script else "light", script=script)
    for address in PAGES:
        page.goto(address)
        show_again(page, app.password)
        page.wait_for_load_state()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        levels = [int(h.evaluate("h => h.tagName[1]")) for h in page.locator("h1, h2, h3, h4").all()]
        assert levels.count(1) == 1, address
        assert levels[0] == 1, address
        assert all(after <= before + 1 for before, after in pairwise(levels)), address


def test_somebody_is_invited_and_comes_in(visit, app, pier, browser):
    page = visit(360)
    page.goto("/teams/pier/people/")
    page.get_by_role("button", name="Invite them").click()
    link = page.get_by_label("Copy it now").input_value()
    other = browser.new_context(
        base_url=app.url, java_script_enabled=False, viewport={"width": 320, "height": 700}
    )
    guest = other.new_page()
    guest.goto(link)
    assert guest.get_by_role("heading", level=1).inner_text() == "Me invites you to Pier."
    guest.get_by_role("link", name="Make an account").click()
    guest.get_by_label("Name").fill("Eli إيلي")
    guest.get_by_label("Email").fill("eli@example.org")
    guest.get_by_label("Password").fill("some words in a row")
    guest.get_by_role("button", name="Make the account").click()
    guest.get_by_role("button", name="Join Pier").click()
    guest.wait_for_url(re.compile("/teams/pier/"))
    assert guest.evaluate("document.documentElement.scrollWidth") <= 320
    other.close()
    page.goto("/teams/pier/people/")
    assert page.locator(".bill .who", has_text="Eli إيلي").count() == 1


def test_a_passkey_signs_in_by_itself(visit, app):
    page = visit()
    browser = page.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    browser.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    page.get_by_role("link", name="Me", exact=True).click()
    page.get_by_role("link", name="Add a passkey").click()
    show_again(page, app.password)
    page.get_by_label("What do you call it?").fill("Work laptop")
    page.get_by_label("Sign in by it alone").check()
    page.get_by_role("button", name="Add it").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    page.goto("/account/profile/")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("link", name="Me", exact=True).click()
    page.get_by_role("link", name="See the passkeys").click()
    assert "Work laptop" in page.locator(".bill").inner_text()
    # Signing in by password now asks for a second step: the passkey is one.
    page.goto("/sign-out/")
    page.get_by_role("button", name="Sign out").first.click()
    sign_in(page, app.password)
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("link", name="Me", exact=True).wait_for()
    # Taken away again, so that the password alone opens the door for what comes after.
    page.goto("/account/passkeys/")
    page.get_by_role("link", name="Take it away").click()
    show_again(page, app.password)
    if page.get_by_role("button", name="Use a passkey").count():
        page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("button", name="Take it away").click()
    page.get_by_text("No passkey yet.").wait_for()
