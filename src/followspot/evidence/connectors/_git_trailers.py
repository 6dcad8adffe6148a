"""What the end of a commit's message says about who else took part."""

import re
from collections.abc import Iterator

# The word before the colon, in lower case -> the activity it tells of.
TRAILERS = {
    b"co-authored-by": "change.co_written",
    b"reviewed-by": "review.given",
    b"acked-by": "review.given",
    b"approved-by": "review.given",
    b"tested-by": "change.tested",
    b"signed-off-by": "change.passed_on",
    b"reported-by": "problem.reported",
    b"helped-by": "help.given",
    b"suggested-by": "help.given",
    b"mentored-by": "help.given",
}
_LONGEST = 300  # characters of an identity; beyond that it is no name
_ONE = re.compile(
    rb"^(" + b"|".join(TRAILERS) + rb")[ \t]*:[ \t]*(.*(?:\n[ \t]+\S.*)*)", re.IGNORECASE | re.MULTILINE
)
_WHITE_LINE = re.compile(rb"\n[ \t\r\v\f]+\n")
_TRAILER_LINE = re.compile(rb"[A-Za-z0-9-]+[ \t]*:")
_PERSON = re.compile(rb"[^<>]*<[^<>]*>")
_REVERT = re.compile(rb"This reverts commit ([0-9a-f]{40}(?:[0-9a-f]{24})?)\b")


def reverted(message: bytes) -> list[bytes]:
    """Return the commits that a message says it takes back."""
    if b"This reverts commit " not in message:
        return []
    return list(dict.fromkeys(_REVERT.findall(message)))


def trailers(message: bytes, author: bytes, committer: bytes) -> list[tuple[str, bytes]]:
    """Return (activity, identity) for everybody else whom the closing block of a message names.

    message : the whole message; only its last paragraph counts, by the same rules as git's own.
    author, committer : "Name <mail>"; they are not "somebody else", save for reporting a problem.
    """
    text = message.strip()
    cut = text.rfind(b"\n\n")
    if cut < 0 and not _WHITE_LINE.search(text):
        return []
    last = text[cut + 2 :] if cut >= 0 else text
    for found in _WHITE_LINE.finditer(last):
        block = last[found.end() :]
        cut = 0
    block = block if cut == 0 else last
    # Most blocks hold nothing but the sign-offs of author and committer: settled before anything slow.
    named = [(word, who) for word, who in _ONE.findall(block) if who != author and who != committer]
    if not named or not _is_trailer_block(block):
        return []
    return list(dict.fromkeys(_told(named, author, committer)))
