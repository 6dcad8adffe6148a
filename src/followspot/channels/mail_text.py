"""What somebody wrote in a mail: its subject and own words, whatever it came wrapped in; and whether a machine wrote it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from html.parser import HTMLParser

from followspot.channels.commands import cleaned
from followspot.errors import BadInput
from followspot.language import say

UNREAD = say("The mail can’t be read. Send it again as plain text.")
_HEADER = 8_000  # bytes of one header; reading takes the square of it
_PIECE, _OPEN = 2_000, 60_000  # characters of a page read at once, and held until a mark is closed
_AGAIN = re.compile(r"^\s*(?:(?:re|fwd?|aw|wg|antw|sv|tr)\s*:\s*)+", re.IGNORECASE)
_HEADERS = re.compile(
    rb"(?:^|\r)(?:subject|content-[a-z-]+|auto-submitted|precedence):[^\r\n]*(?:(?:\r\n|\r|\n)[ \t][^\r\n]*)*",
    re.IGNORECASE | re.MULTILINE,
)
# What the reading of a mail raises, of one that is broken or that lies about its characters or is nested too deeply.
_BROKEN = (LookupError, MessageError, ValueError, AttributeError, TypeError, RecursionError)
_SIGNATURES = frozenset(
    {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
)
# Where what somebody else wrote before begins: in one line, or broken in two.
_QUOTED = re.compile(
    r"^(?:On .{0,200} wrote:|Am .{0,200} schrieb .{0,200}:|-{2,}\s?(?:Original Message|Ursprüngliche Nachricht|Forwarded message)\b.*|_{10,}\s*|(?:From|Von): .{0,200} (?:Sent|Gesendet|Date|Datum): .*)$",
    re.IGNORECASE,
)
_HIDDEN = frozenset({"style", "script", "title", "blockquote"})
_BLOCKS = frozenset({"p", "div", "li", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "pre"})


@dataclass(frozen=True, slots=True)
class Written:
    """What a mail brings. text : None where it can't be read; automatic : no person has written this."""

    subject: str
    text: str | None
    attached: bool
    automatic: bool


def read(content: bytes, sender: str) -> Written:
    """Read a mail. Raises BadInput for one of which nothing can be read."""
    if any(len(header[0]) > _HEADER for header in _HEADERS.finditer(content)):
        raise BadInput(UNREAD)
    try:
        mail = message_from_bytes(content, policy=policy.default)
        subject = " ".join(cleaned(str(mail.get("Subject", ""))).split())
        automatic, attached = is_automatic(sender, mail), any(map(_is_attached, mail.walk()))
    except _BROKEN:
        raise BadInput(UNREAD) from None
    try:
        text = text_of(mail)
    except BadInput:
        text = None
    return Written(_AGAIN.sub("", subject), text, attached, automatic)


def is_automatic(sender: str, mail: EmailMessage) -> bool:
    """Say whether no person has written this: a bounce, an answer by a machine, a list. Such mail is never answered."""
    said = str(mail.get("Auto-Submitted", "no")).strip().casefold()
    bulk = str(mail.get("Precedence", "")).strip().casefold() in {"bulk", "junk", "list", "auto_reply"}
    listed = any(h in mail for h in ("List-Id", "List-Unsubscribe", "X-Autoreply", "X-Autorespond"))
    nobody = not sender.strip("<> ") or sender.strip("<> ").casefold().startswith("mailer-daemon@")
    return nobody or said != "no" or bulk or listed or mail.get_content_type() == "multipart/report"


def _is_attached(part: EmailMessage) -> bool:
    """Say whether a part is something to keep beside the words: no signature, and no picture within them."""
    kind = part.get_content_type()
    if kind in _SIGNATURES or part.get_content_maintype() == "multipart":
        return False
    named = bool(part.get_filename()) and part.get_content_maintype() != "image"
    return part.is_attachment() or kind == "message/rfc822" or named


def text_of(mail: EmailMessage) -> str:
    """Return what somebody wrote in a mail: no quotes, no signature. Refuses what can't be read."""
    try:
        body = mail.get_body(("plain", "html"))
        text = str(body.get_content()) if body is not None else ""
        if body is not None and body.get_content_subtype() == "html":
            text = _shown(text)
    except _BROKEN:
        raise BadInput(UNREAD) from None
    return _own(cleaned(text))


class _Page(HTMLParser):
    """Takes down what a page shows: no style, no script, nothing that it quotes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.taken: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self.hidden += 1
        elif tag == "br":
            self.taken.append("\n")
        elif tag in _BLOCKS:
            self._ends()

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self.hidden = max(0, self.hidden - 1)
        elif tag in _BLOCKS:
            self._ends()
            self.taken += ["\n"] if tag == "p" else []

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.taken += [" ".join(f"|{data}|".split())[1:-1]] if data else []

    def _ends(self) -> None:
        """End the line, if there is one."""
        if self.taken and not self.taken[-1].endswith("\n"):
            self.taken.append("\n")


def _shown(page: str) -> str:
    """Return the words of a page, a line where it has one.

    What is never closed is looked through again and again, so that little of it is held, and none at the end.
    """
    it = _Page()
    for at in range(0, len(page), _PIECE):
        it.feed(page[at : at + _PIECE])
        if len(it.rawdata) > _OPEN:
            raise BadInput(UNREAD)
    if len(it.rawdata) > _PIECE:
        raise BadInput(UNREAD)
    it.close()
    lines = "\n".join(" ".join(line.split()) for line in "".join(it.taken).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines)


def _own(text: str) -> str:
    """Cut what was quoted, and the signature."""
    lines: list[str] = []
    found = [line.rstrip() for line in text.split("\n")]
    for line, after in zip(found, [*found[1:], ""], strict=True):
        if line in ("-- ", "--") or _QUOTED.match(line.strip()) or _QUOTED.match(f"{line} {after}".strip()):
            break
        if not line.startswith(">"):
            lines.append(line)
    return "\n".join(lines).strip()
