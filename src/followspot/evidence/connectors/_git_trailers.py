"""What the end of a commit's message says about who else took part. Where that end begins, git itself decides."""

import re

# The word before the colon -> the activity it tells of.
TRAILERS = {
    b"Co-authored-by": "change.co_written",
    b"Reviewed-by": "review.given",
    b"Acked-by": "review.given",
    b"Approved-by": "review.given",
    b"Tested-by": "change.tested",
    b"Signed-off-by": "change.passed_on",
    b"Reported-by": "problem.reported",
    b"Helped-by": "help.given",
    b"Suggested-by": "help.given",
    b"Mentored-by": "help.given",
}
LONGEST_IDENTITY = 300  # bytes; beyond that it is no name
_ACTIVITIES = {word.lower(): activity for word, activity in TRAILERS.items()}
_SIGNED = b"signed-off-by"
_PERSON = re.compile(rb"[^<>]*<[^<>]*>")
_REVERT = re.compile(rb"This reverts commit ([0-9a-f]{40}(?:[0-9a-f]{24})?)\b")


def reverted(message: bytes) -> list[bytes]:
    """Return the commits that a message says it takes back."""
    return list(dict.fromkeys(_REVERT.findall(message)))


def trailers(block: bytes, author: bytes, committer: bytes) -> list[tuple[str, bytes]]:
    """Return (activity, identity) for everybody else whom the trailers of a message name.

    block : one "Word: value" a line, as git unfolds them.
    author, committer : "Name <mail>". A sign-off of theirs says nothing new, and nobody reviews,
        tests or helps their own change; but they may report the problem, and a committer may review.
    """
    told = []
    for line in block.split(b"\n"):
        word, _, said = line.partition(b": ")
        word = word.lower()
        # Most lines are plain sign-offs of these two: settled before anything slow.
        if word in _ACTIVITIES and not (word == _SIGNED and said in (author, committer)):
            told += [
                (_ACTIVITIES[word], who)
                for who in _people(said)
                if not _says_nothing(word, who, author, committer)
            ]
    return list(dict.fromkeys(told))


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
