"""What the end of a commit's message says about who else took part."""

import re

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
LONGEST_IDENTITY = 300  # bytes of an identity; beyond that it is no name
_ONE = re.compile(
    rb"^(" + b"|".join(TRAILERS) + rb")[ \t]*:[ \t]*(.*(?:\n[ \t]+\S.*)*)", re.IGNORECASE | re.MULTILINE
)
_SIGNED = b"signed-off-by"
_WHITE_LINE = re.compile(rb"\n[ \t\r\v\f]+(?=\n)")
_TRAILER_LINE = re.compile(rb"[A-Za-z0-9-]+[ \t]*:")
_BY_GIT = (b"Signed-off-by: ", b"(cherry picked from commit ")
_PERSON = re.compile(rb"[^<>]*<[^<>]*>")
_REVERT = re.compile(rb"This reverts commit ([0-9a-f]{40}(?:[0-9a-f]{24})?)\b")


def reverted(message: bytes) -> list[bytes]:
    """Return the commits that a message says it takes back."""
    return list(dict.fromkeys(_REVERT.findall(message)))


def trailers(message: bytes, author: bytes, committer: bytes) -> list[tuple[str, bytes]]:
    """Return (activity, identity) for everybody else whom the closing block of a message names.

    message : the whole message; only its last paragraph counts, by the same rules as git's own.
    author, committer : "Name <mail>". A sign-off of theirs says nothing new, and nobody reviews,
        tests or helps their own change; but they may report the problem, and a committer may review.
    """
    # Most closing blocks hold nothing but the two sign-offs of these: settled before anything slow.
    last = message[message.rfind(b"\n\n", 0, len(message.rstrip())) + 1 :]
    found = _ONE.findall(last)
    if not [said for word, said in found if said not in (author, committer) or word.lower() != _SIGNED]:
        return []
    block = closing_block(message)
    if not is_trailer_block(block):
        return []
    named = [(word.lower(), who) for word, said in _ONE.findall(block) for who in _people(said)]
    told = [(TRAILERS[word], who) for word, who in named if not _says_nothing(word, who, author, committer)]
    return list(dict.fromkeys(told))


def closing_block(message: bytes) -> bytes:
    """Return the last paragraph of a message; empty when it is also the first, which is the title."""
    text = message.strip()
    cut = text.rfind(b"\n\n")
    begins = cut + 2 if cut >= 0 else 0
    for blank in _WHITE_LINE.finditer(text, max(0, begins - 1)):
        begins = blank.end() + 1
    return text[begins:] if begins else b""


def is_trailer_block(block: bytes) -> bool:
    """Say whether git takes a paragraph for trailers: all of it, or a quarter with one of git's own in it."""
    trailing, others, by_git, folded = 0, 0, False, False
    for line in block.split(b"\n"):
        if line.startswith(b"#"):
            folded = False
        elif line[:1].isspace():
            others += not folded  # goes on from the line above, and counts as that does
        elif line.startswith(_BY_GIT):
            trailing, by_git, folded = trailing + 1, True, True
        elif _TRAILER_LINE.match(line):
            trailing, folded = trailing + 1, True
        else:
            others, folded = others + 1, False
    return (by_git and trailing * 3 >= others) or (trailing > 0 and others == 0)


def _people(said: bytes) -> list[bytes]:
    """Return the identities in a trailer's value: usually one, sometimes several with commas between."""
    value = b" ".join(said.split())
    named = (who.strip(b" ,;&") for who in _PERSON.findall(value) or [value])
    return [who for who in named if 0 < len(who) <= LONGEST_IDENTITY]


def _says_nothing(word: bytes, who: bytes, author: bytes, committer: bytes) -> bool:
    if word == b"reported-by":
        return False
    return _same(who, author) or (word == _SIGNED and _same(who, committer))


def _same(one: bytes, other: bytes) -> bool:
    """Say whether two identities share name or address, so that a sign-off from a second address is no other's."""
    name, _, mail = one.rpartition(b" <")
    other_name, _, other_mail = other.rpartition(b" <")
    return one == other or mail.lower() == other_mail.lower() or (name != b"" and name == other_name)
