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


def _full_name(identity: str) -> str:
    """Return a name that can join identities: at least two words, since "John" is many people."""
    words = name_of(identity).casefold().split()
    return " ".join(words) if len(words) > 1 else ""


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
    aliases, claims = aliases or {}, claims or {}
    group: dict[str, str] = {}

    def top(mark: str) -> str:
        while group.setdefault(mark, mark) != mark:
            group[mark] = group[group[mark]]
            mark = group[mark]
        return mark

    claimed: dict[str, str] = {}

    def tie(one: str, other: str) -> None:
        a, b = sorted((top(one), top(other)))
        if a == b or (a in claimed and b in claimed and claimed[a] != claimed[b]):
            return
        group[b] = a
        if b in claimed:
            claimed[a] = claimed[b]

    everyone = sorted(set(identities))
    for identity in everyone:
        if identity in claims:
            claimed[top(identity)] = claims[identity]
    for identity, canonical in sorted(aliases.items()):
        tie(identity, canonical)
    for kind, part in (("mail", mail_of), ("name", _full_name)):
        for identity in everyone:
            if not is_host(identity) and (mark := part(identity)):
                tie(identity, f"{kind}:{mark}")
    first: dict[str, str] = {}
    for identity in everyone:
        first.setdefault(top(identity), identity)
    return {i: claimed.get(top(i), first[top(i)]) for i in everyone}
