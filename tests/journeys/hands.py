"""How a person works a page: by mouse, by touch, by keyboard alone; with script and without."""

import os
import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

ROOM = 160  # tabs; a page with more stops than that is too long to walk


@dataclass(frozen=True, slots=True)
class Way:
    """A window, a theme, and what somebody has their hands on."""

    width: int
    scheme: str
    means: str  # mouse, touch or keys
    script: bool = True

    def __str__(self) -> str:
        return f"{self.width}-{self.scheme}-{self.means}{'' if self.script else '-without-script'}"


WAYS = (
    Way(1440, "light", "mouse"),
    Way(360, "dark", "touch"),
    Way(1440, "dark", "mouse", script=False),
    Way(360, "light", "keys"),
)


def ways(*, every: bool) -> tuple[Way, ...]:
    """Return in which ways a journey is gone: without script and by keyboard, which is where things break, or in all four.

    On PostgreSQL each is gone once, without script, where every step is a page of its own: hands and widths are the same on both.
    """
    if os.environ.get("FOLLOWSPOT_DATABASE"):
        return WAYS[2:3]
    return WAYS if every else WAYS[2:]


# What arrives after its page has taken the place of the link to it.
ARRIVED = """() => ![...document.querySelectorAll('[hx-trigger=load]')].some(
  e => e.querySelector(`a[href="${e.getAttribute('hx-get')}"]`))"""

# Where the focus is, whether it shows, and which way the goal lies. What is wrong is said in words.
_FOCUS = """goal => {
  const at = document.activeElement;
  if (!at || at === document.body) return {there: false, back: false, wrong: null};
  const shows = e => { const s = getComputedStyle(e); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2; };
  const boxes = [...at.getClientRects()], rail = document.querySelector('.rail');
  const name = `${at.tagName} ${(at.innerText || at.name || at.id || '').trim().slice(0, 40)}`;
  let wrong = null;
  // A day's last stop is the little calendar within it, which has a ring of its own.
  const inner = ['date', 'datetime-local'].includes(at.type) && !at.matches(':focus-visible');
  if (!inner && !shows(at) && !(at.closest('label') && shows(at.closest('label')))) wrong = `no ring on ${name}`;
  else if (!boxes.some(b => b.width > 1 && b.height > 1)) wrong = `unseen: ${name}`;
  else if (rail && !rail.contains(at)) {
    const top = rail.getBoundingClientRect().top;
    // Of a tall box the browser brings the line into sight in which one writes.
    const low = at.tagName === 'TEXTAREA' ? boxes[0].top + 40 : Math.max(...boxes.map(b => b.bottom));
    if (low > top + 1) wrong = `${name} ends at ${Math.round(low)}, under the rail at ${Math.round(top)}`;
  }
  if (!wrong && Math.min(...boxes.map(b => b.top)) < -1) wrong = `${name} is above the window`;
  const back = !!(goal.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_FOLLOWING);
  const group = goal.type === 'radio' && at.type === 'radio' && at.name === goal.name;
  return {there: at === goal, back, wrong, group};
}"""


class Hand:
    """One person before one window."""

    def __init__(self, page: Page, way: Way, base: str, wrong: list[str], shots: str) -> None:
        self.page, self.way, self.base, self._wrong, self._shots = page, way, base, wrong, shots
        self.acts = 0

    def open(self, path: str = "") -> None:
        """Go to a page of the team by its address."""
        self.page.goto(self.base + path if not path.startswith("/") else path)

    # What one sees

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def sees(self, *words: str) -> None:
        for said in words:
            expect(self.main).to_contain_text(said)

    def sees_not(self, *words: str) -> None:
        for said in words:
            expect(self.main).not_to_contain_text(said)

    def button(self, name: str, within: Locator | None = None) -> Locator:
        return (within or self.page).get_by_role("button", name=name, exact=True).first

    def link(self, name: str, within: Locator | None = None) -> Locator:
        return (within or self.page).get_by_role("link", name=name, exact=True).first

    def field(self, label: str, within: Locator | None = None) -> Locator:
        return (within or self.main).get_by_label(label, exact=True).first

    def shot(self, name: str) -> None:
        """Keep a picture, where a folder for pictures is named."""
        if folder := os.environ.get("FOLLOWSPOT_SHOTS"):
            path = Path(folder) / f"{self._shots}-{name}-{self.way}.png"
            self.page.screenshot(path=path, full_page=True)

    # What one does

    def press(self, what: str | Locator) -> None:
        """Press a button or follow a link by its name, and come to another page."""
        goal = self._named(what)
        with self.page.expect_event("load"):  # htmx notes each page in the history: a "navigation" as well
            self._act(goal)

    def take(self, what: str) -> None:
        """Press what brings a file, and stay where one is."""
        self._act(self._named(what))

    def unfold(self, summary: str) -> None:
        """Open what is folded away."""
        folded = self.main.locator("summary").filter(has_text=re.compile(f"^\\s*{re.escape(summary)}\\s*$"))
        self._act(folded)
        expect(folded.locator("..")).to_have_attribute("open", "")

    def write(self, label: str | Locator, text: str) -> None:
        """Write into a field, instead of what stands there."""
        field = self.field(label) if isinstance(label, str) else label
        if self.way.means != "keys":
            if self.way.means == "touch":
                field.tap()
            field.fill(text)
            return
        self._walk(field)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.press("Delete")
        self.page.keyboard.insert_text(text)

    def date(self, label: str, day: date | datetime) -> None:
        """Set a day, or a moment."""
        field = self.field(label)
        moment = isinstance(day, datetime)
        value = day.strftime("%Y-%m-%dT%H:%M") if moment else day.isoformat()
        if self.way.means == "keys":
            self._walk(field)
            # As the machine writes them; after a year of four figures it goes on by itself, or it doesn't.
            for written in ("%m%d%Y|%I%M%p", "%m%d%Y%I%M%p", "%d%m%Y|%H%M", "%d%m%Y%H%M"):
                for _ in range(6):
                    self.page.keyboard.press("ArrowLeft")
                days, _, hours = day.strftime(written if moment else written[:6]).partition("|")
                self.page.keyboard.type(days)
                if hours:
                    self.page.keyboard.press("ArrowRight")
                    self.page.keyboard.type(hours)
                if field.input_value() == value:
                    break
        else:
            field.fill(value)
        expect(field).to_have_value(value)

    def tick(self, label: str, within: Locator | None = None) -> None:
        """Tick a box, or choose one of several."""
        box = self.field(label, within)
        if self.way.means == "keys":
            self._walk(box)
            if not box.is_checked():
                self.page.keyboard.press("Space")
        else:
            self._act(box)
        expect(box).to_be_checked()

    def choose(self, label: str, option: str) -> None:
        """Choose from a list."""
        field = self.field(label)
        if self.way.means == "keys":
            self._walk(field)
            self.page.keyboard.type(option)
        else:
            field.select_option(label=option)
        expect(field.locator("option:checked")).to_have_text(option)

    def _named(self, what: str | Locator) -> Locator:
        if not isinstance(what, str):
            return what
        both = self.button(what).or_(self.link(what))
        return both.first

    def _act(self, goal: Locator) -> None:
        self.acts += 1
        if self.way.means == "touch":
            goal.tap()
        elif self.way.means == "mouse":
            goal.click()
        else:
            self._walk(goal)
            kind = goal.evaluate("e => e.type || e.tagName")
            self.page.keyboard.press("Space" if kind in ("checkbox", "radio") else "Enter")

    def _walk(self, goal: Locator) -> None:
        """Tab until the focus is there; every stop on the way must show, above the rail."""
        if self.way.script:
            self.page.wait_for_function(ARRIVED)  # what comes later pushes what one stands on
        element = goal.element_handle()
        for _ in range(ROOM):
            at = self.page.evaluate(_FOCUS, element)
            if at["wrong"]:
                self._wrong.append(f"{self.page.url}: {at['wrong']}")
            if at["there"]:
                return
            if at.get("group"):
                self.page.keyboard.press("ArrowUp" if at["back"] else "ArrowDown")
            else:
                self.page.keyboard.press("Shift+Tab" if at["back"] else "Tab")
        raise AssertionError(f"{self.page.url}: no way by keyboard to {goal}")


def watch(page: Page, home: str, wrong: list[str]) -> None:
    """Note down errors in the console, and whatever is asked of anybody else."""
    # A refusal is an answer with a page of its own; the browser calls it an error.
    refusal = re.compile(r"status of (403|404|409|422)")
    page.on(
        "console",
        lambda m: (
            wrong.append(m.text) if m.type in ("error", "warning") and not refusal.search(m.text) else None
        ),
    )
    page.on("pageerror", lambda e: wrong.append(str(e)))
    page.on("response", lambda r: wrong.append(f"{r.status} {r.url}") if r.status >= 500 else None)
    page.on(
        "request",
        lambda r: wrong.append(r.url) if not r.url.startswith((home, "data:", "blob:")) else None,
    )
