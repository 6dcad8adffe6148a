"""A stranger opens the app, brings a history and gets an answer about it."""

import pytest

from tests.histories import quay

pytestmark = pytest.mark.browser
DEMO = False


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """Two years of work that Ada lets in; she is away for three weeks in the second autumn."""
    return quay(tmp_path_factory.mktemp("repos") / "quay.git", changes=3000, a_day=4, away=range(640, 661))


def bring(page, repository, name):
    page.goto("/start/")
    form = page.locator("form", has=page.get_by_role("button", name="Import the history"))
    form.get_by_label("What is the team called?").fill(name)
    form.get_by_label("Who leads it?").select_option("other")
    form.get_by_label("A path on the server").fill(str(repository))
    form.get_by_role("button", name="Import the history").click()


def answer(page):
    page.get_by_role("link", name="To the evidence").click()
    page.get_by_role("button", name="Yes, Ada Byron leads").click()


def test_a_history_becomes_an_answer(visit, repository):
    page = visit()
    bring(page, repository, "Quay")
    page.get_by_text("events came in.").wait_for()
    answer(page)
    page.get_by_role("link", name="It was so").first.click()
    assert page.get_by_label("First day away").input_value() == "2025-10-02"
    assert page.get_by_label("Last day away").input_value() == "2025-10-22"
    page.get_by_label("Who stood in?").fill("Chi")
    page.get_by_role("button", name="Set it down").click()
    assert page.locator("h1").inner_text().startswith("Chi stood in")
    assert page.locator("h1 .fallen").inner_text() == "held"
    assert "after the fact" in page.locator(".hero").inner_text()
    with page.expect_download() as kept:
        page.get_by_role("link", name="PDF").click()
    assert kept.value.path().read_bytes().startswith(b"%PDF")
    page.get_by_role("navigation", name="Behind").get_by_role("link", name="Sideline").click()
    page.get_by_text("went through the leader").first.wait_for()


def test_the_same_without_script_and_by_keyboard(visit, repository):
    page = visit(360, script=False)
    bring(page, repository, "Quay without script")
    while page.get_by_text("events came in.").count() == 0:
        with page.expect_event("load"):
            page.get_by_role("link", name="Look again").click()
    answer(page)
    page.get_by_role("link", name="Look for days on which").click()
    page.get_by_role("link", name="It was so").first.press("Enter")
    page.get_by_role("button", name="Set it down").press("Enter")
    assert page.locator("h1 .fallen").inner_text() == "held"
    page.get_by_role("link", name="Sideline").first.click()
    page.get_by_role("link", name="How much of the team's work").click()
    assert "went through the leader" in page.locator("main").inner_text()


def test_what_cannot_be_read_says_so_and_keeps_what_was_written(visit, tmp_path):
    page = visit()
    (tmp_path / "plain").mkdir()
    bring(page, tmp_path / "plain", "No history")
    page.locator(".message[data-level=error]").wait_for()
    assert "repository" in page.locator(".message[data-level=error]").inner_text()
    bring(page, tmp_path / "nowhere", "Nowhere")
    assert page.locator("#id_name").input_value() == "Nowhere"


def test_a_table_is_mapped_and_read(visit, tmp_path):
    rows = ["Closed on,Agent,Queue"] + [
        f"2025-{1 + n // 28 % 12:02}-{1 + n % 28:02},{('Ben', 'Chi')[n % 2]},Desk" for n in range(336)
    ]
    (tmp_path / "desk.csv").write_text("\n".join(rows))
    page = visit()
    page.goto("/start/")
    form = page.locator("form", has=page.get_by_role("button", name="Import the history"))
    form.get_by_label("What is the team called?").fill("Desk")
    form.get_by_label("Or a file from here").set_input_files(tmp_path / "desk.csv")
    form.get_by_role("button", name="Import the history").click()
    assert page.get_by_label("When it was done").input_value() == "Closed on"
    page.get_by_role("button", name="Read it so").click()
    page.get_by_text("336 events came in.").wait_for()


def test_the_theme_turns_and_stays(visit):
    page = visit()
    page.get_by_role("button", name="Light or dark").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.goto("/start/")
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_a_page_makes_neither_a_program_nor_a_part_of_a_page_of_text(app, browser):
    context = browser.new_context(base_url=app.url)  # of its own: what is refused is an error in the console
    page = context.new_page()
    page.goto("/sign-in/")
    said = page.evaluate(
        """() => {
          const tried = {};
          const attempt = (name, act) => { try { act(); tried[name] = "done"; } catch (error) { tried[name] = error.name; } };
          attempt("html", () => { document.createElement("div").innerHTML = "<img src=x>"; });
          attempt("write", () => document.write("<p>"));
          attempt("policy", () => trustedTypes.createPolicy("another", { createHTML: (s) => s }));
          attempt("again", () => trustedTypes.createPolicy("followspot", { createHTML: (s) => s }));
          attempt("script", () => { document.createElement("script").text = "1"; });
          return tried;
        }"""
    )
    assert set(said.values()) == {"TypeError"}, said
    context.close()
