"""Which identities are one person, and which are no person: decided when the log is read.

Joined first by what a person said (claims), then by what the source says (`.mailmap`), then by
equal address, then by equal full name. Bots and coding agents are set apart.
"""

import re
from collections.abc import Iterable, Mapping

# Suffixes, names and addresses by which automata sign. A team can add to them with a claim.
_BOT = re.compile(
    r"\[bot\]|(^|[\s_./-])bot([\s_./@>-]|$)|-bot@|\bbot@|(^|\s)(dependabot|renovate|greenkeeper|github[- ]actions?|"
    r"pre-commit-ci|codecov|mergify|bors|homu|k8s-ci-robot|weblate|transifex|jenkins|travis|snyk|allcontributors|"
    r"imgbot|copilot|claude|codex|devin|cursor agent|aider|gemini code assist|sweep ai)\b|@noreply\.anthropic|noreply@anthropic\.com|"
    r"copilot@github\.com|cursoragent@cursor\.com|noreply@openai\.com",
    re.IGNORECASE,
)
# The hosting site's own name for "somebody pressed a button": nobody's work, so nobody's.
_HOST = re.compile(
    r"^(GitHub|GitLab|Gitea|Bitbucket|Forgejo)\s*<[^>]*noreply|^GitHub <web-flow@", re.IGNORECASE
)
_MAIL = re.compile(r"<([^<>]*)>\s*$")
_NO_MAIL = re.compile(
    r"^$|^(none|nobody|unknown|root|devnull|n/a)(@|$)|@(localhost|example\.\w+|\(none\))$|^[^@]*$",
    re.IGNORECASE,
)
_HIDDEN_MAIL = re.compile(r"^\d+\+([^@]+)@users\.noreply\.", re.IGNORECASE)


def is_bot(identity: str) -> bool:
    """Say whether an identity is an automaton: a bot, an importer, a coding agent."""
    return bool(_BOT.search(identity))


def is_host(identity: str) -> bool:
    """Say whether an identity is the hosting site itself, which says nothing about who acted."""
    return bool(_HOST.search(identity))


def name_of(identity: str) -> str:
    """Return the name part of "Name <mail>", or all of it."""
    return _MAIL.sub("", identity).strip() or identity


def mail_of(identity: str) -> str:
    """Return the lower-case mail part of "Name <mail>" where it can tell people apart, or ""."""
    found = _MAIL.search(identity)
    mail = found[1].strip().lower() if found else ""
    if hidden := _HIDDEN_MAIL.match(mail):
        return f"{hidden[1]}@users.noreply"
    return "" if _NO_MAIL.search(mail) else mail


def _signed(identity: str) -> bool:
    """Say whether an identity is a name with an address, as changes are signed, and not a login or an address alone."""
    found = _MAIL.search(identity)
    return bool(found and identity[: found.start()].strip())


def _full_name(identity: str) -> str:
    """Return a name that can join identities: at least two words, since "John" is many people."""
    words = name_of(identity).casefold().split()
    return " ".join(words) if len(words) > 1 else ""


def named_after(areas: Iterable[str], identities: Iterable[str]) -> list[str]:
    """Return the areas ("folder:home/ben") one part of whose path is somebody's name, login or local part of a mail."""
    marks = {_squeezed(mark) for identity in identities for mark in spellings(identity)} - {""}
    return sorted(a for a in areas if any(_squeezed(part) in marks for part in _parts(a)))


def spellings(identity: str) -> tuple[str, ...]:
    """Return by what a folder could be named after somebody: their name, mail, login."""
    found = _MAIL.search(identity)
    mail = found[1] if found else ""
    local = mail.partition("@")[0]
    return identity, name_of(identity), mail, local, local.rpartition("+")[2], local.partition("+")[0]


def _parts(area: str) -> tuple[str, ...]:
    _, _, path = area.partition(":")
    return area, path, *re.split(r"[/\\]", path)


def _squeezed(mark: str) -> str:
    """Write "Ben O'Neil", "ben.oneil" and "ben_oneil" alike; a bare number names nobody."""
    letters = "".join(c for c in mark.casefold() if c.isalnum())
    return "" if letters.isdigit() else letters


def join(
    identities: Iterable[str],
    *,
    aliases: Mapping[str, str] | None = None,
    claims: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return identity -> person, a person being one representative identity or the claimed key.

    Order-free: the same identities give the same groups in whatever order they come.
    Two identities with different claims are never joined, however alike they look.
    """
    everyone = sorted(set(identities))
    groups = _Groups(claims or {})
    told = sorted((aliases or {}).items())
    for identity, canonical in told:
        groups.tie(identity, canonical)
    # The source's own list also says who is not the same, however alike they look: somebody once
    # signed with a colleague's address, and must not become that colleague. A login's own profile says no such thing.
    for canonical in sorted({canonical for identity, canonical in told if _signed(identity)}):
        groups.tell_apart(canonical)
    profiles = sorted({one for pair in told if not _signed(pair[0]) for one in pair})
    for kind, part in (("mail", mail_of), ("name", _full_name)):
        for identity in (*everyone, *profiles):
            if not is_host(identity) and (mark := part(identity)):
                groups.tie(identity, f"{kind}:{mark}")
    first: dict[str, str] = {}
    for identity in everyone:
        first.setdefault(groups.top(identity), identity)
    return {i: groups.claim(i) or groups.canonical(i) or first[groups.top(i)] for i in everyone}


class _Groups:
    """Disjoint sets (Galler & Fischer 1964), never joined across different claims or canonical names."""

    def __init__(self, claims: Mapping[str, str]) -> None:
        self._above: dict[str, str] = {}
        self._claims = dict(claims)
        self._canonical: dict[str, str] = {}

    def top(self, mark: str) -> str:
        while self._above.setdefault(mark, mark) != mark:
            self._above[mark] = self._above[self._above[mark]]
            mark = self._above[mark]
        return mark

    def claim(self, mark: str) -> str | None:
        return self._claims.get(self.top(mark))

    def canonical(self, mark: str) -> str | None:
        return self._canonical.get(self.top(mark))

    def tell_apart(self, canonical: str) -> None:
        self._canonical[self.top(canonical)] = canonical

    def tie(self, one: str, other: str) -> None:
        a, b = sorted((self.top(one), self.top(other)))
        if a == b or any(a in names and b in names and names[a] != names[b] for names in self._names()):
            return
        self._above[b] = a
        for names in self._names():
            if b in names:
                names[a] = names[b]

    def _names(self) -> tuple[dict[str, str], dict[str, str]]:
        return self._claims, self._canonical
