"""A stranger opens the app and looks at the true step-aways that it brings along."""

import pytest

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360, 320])
def test_a_true_step_away_fits_every_window(visit, width, scheme):
    page = visit(width, scheme)
    for name in ("Redis", "Git", "Sphinx"):
        page.goto("/")
        page.get_by_role("link", name=f"{name} without").click()
        assert page.locator("h1 .fallen").inner_text() in {"held", "dropped", "rose", "can't tell"}
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        shown = page.locator(".chart .wide" if width > 704 else ".chart .narrow").first
        assert shown.is_visible()


def test_the_pages_fit_and_have_one_heading(visit):
    page = visit(320)
    for address in (
        "/",
        "/start/",
        "/teams/git/step-aways/",
        "/teams/git/evidence/",
        "/teams/git/sideline/",
        "/teams/git/days-off/",
    ):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
        assert page.locator("h1").count() == 1, address
