"""The sentences of a template, found by its markup: what stands together in a line, with its links and its figures.

A template stays as it is read: nothing is wrapped for the translator. A translation stands in for a whole sentence, its
conditions included, so that another language may put it in another order. Nothing of this is done while a page is made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

type Lookup = Callable[[str], str]

_TOKEN = re.compile(
    r"""(?P<note>\{\#.*?\#\}|<!--.*?-->|<![A-Za-z][^>]*>|(?<=<script>).*?(?=</script>)|(?<=<style>).*?(?=</style>))
    |(?P<tag>\{%.*?%\})
    |(?P<value>\{\{.*?\}\})
    |(?P<html></?[A-Za-z][\w-]*(?:\{%.*?%\}|\{\{.*?\}\}|"(?:\{%.*?%\}|\{\{.*?\}\}|[^"])*"|'[^']*'|[^<>"'{]|\{(?![%{\#]))*>)""",
    re.DOTALL | re.VERBOSE,
)
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "cite",
        "code",
        "em",
        "i",
        "kbd",
        "mark",
        "q",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "time",
        "u",
        "var",
    ]
)
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
# Tags of Django that end a sentence, whatever stands around them, and those between the branches of one.
_APART = frozenset(
    ["autoescape", "block", "csrf_token", "extends", "include", "load", "partial", "partialdef"]
)
_BETWEEN = frozenset(["else", "elif", "empty"])
_NAMES = frozenset({"people", "firstof"})  # tags that say something themselves
_RAW = frozenset({"script", "style", "textarea"})
_CLASSES = "{% block body %}"  # what a page is like, for its style
_WORD = re.compile(r"[^\W\d_]")
# Words that a filter brings into a value: {{ n|pluralize:"y,ies" }}.
_WORD_OF_VALUE = re.compile(r"\|(?:default|default_if_none|yesno|pluralize)\b[^|}]*")
_READ = re.compile(  # what people read, or hear, of a start tag
    r"""\b(?:title|alt|placeholder|aria-label|aria-description|data-label|label)="((?:\{%.*?%\}|\{\{.*?\}\}|[^"])*)"
    |(?<=<meta\ name="description"\ content=")([^"]*)""",
    re.DOTALL | re.VERBOSE,
)
_CODE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|&\w+;", re.DOTALL)


@dataclass(slots=True)
class _Node:
    """A piece of a template between two places of its source. branches : what it holds, of an element in one piece."""

    kind: Literal["text", "value", "tag", "edge", "note", "element", "block"]
    begins: int
    ends: int
    name: str = ""
    branches: list[list[_Node]] = field(default_factory=list)
    inner: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is translated as one. elements : the start tags that `<a>` and the like stand for in its words."""

    begins: int
    ends: int
    words: str
    elements: dict[str, str] = field(default_factory=dict)


def sentences(source: str, *, plain: bool = False) -> list[Sentence]:
    """Return the sentences of a template in their order. plain : it is no HTML, so that each line is a sentence."""
    attributes = [] if plain else _attributes(source)
    found = [*attributes, *_within(source, _tree(source, plain=plain))]
    return sorted(found, key=lambda sentence: sentence.begins)


def translate(source: str, lookup: Lookup, *, plain: bool = False) -> str:
    """Return a template with each sentence as `lookup` says it.

    Raises KeyError where a translation has an element that its sentence has not.
    """
    if not plain:
        source = _replaced(source, _attributes(source), lookup)
    return _replaced(source, _within(source, _tree(source, plain=plain)), lookup, plain=plain)


def _replaced(source: str, found: Iterator[Sentence], lookup: Lookup, *, plain: bool = False) -> str:
    made, done = [], 0
    for it in found:
        said = lookup(it.words)
        if said != it.words:
            made += [source[done : it.begins], said if plain else _with_tags(said, it.elements)]
            done = it.ends
    return "".join([*made, source[done:]])


def _with_tags(said: str, elements: dict[str, str]) -> str:
    started = re.sub(r"<([a-z]+\d*)>", lambda tag: elements[tag[1]], said)
    return re.sub(r"</([a-z]+)\d+>", r"</\1>", started)


def _attributes(source: str) -> Iterator[Sentence]:
    for token in _TOKEN.finditer(source):
        if token.lastgroup != "html":
            continue
        for read in _READ.finditer(token[0]):
            which = 1 if read[1] is not None else 2
            if _WORD.search(_CODE.sub("", read[which])) or _WORD_OF_VALUE.search(read[which]):
                begins, ends = (token.start() + at for at in read.span(which))
                yield Sentence(begins, ends, " ".join(source[begins:ends].split()))


def _within(source: str, nodes: Sequence[_Node]) -> Iterator[Sentence]:
    """Yield the sentences among pieces that stand side by side."""
    run: list[_Node] = []
    for node in nodes:
        if _inline(node):
            run.append(node)
            continue
        yield from _of_run(source, run)
        run = []
        if node.name in _RAW or source.startswith(_CLASSES, node.begins):
            continue
        for branch in node.branches:
            yield from _within(source, branch)
    yield from _of_run(source, run)


def _of_run(source: str, run: list[_Node]) -> Iterator[Sentence]:
    """Yield inline pieces as one sentence if they have words between them, else the sentences inside of each."""
    if _has_words(source, run):
        while _goes_without(source, run[0]):
            run = run[1:]
        while _goes_without(source, run[-1]):
            run = run[:-1]
        text = source[run[0].begins : run[-1].ends]
        begins = run[0].begins + len(text) - len(text.lstrip())
        elements: dict[str, str] = {}
        words = _words(source, run, elements)
        yield Sentence(
            begins, run[-1].ends - len(text) + len(text.rstrip()), " ".join(words.split()), elements
        )
        return
    for node in run:
        for branch in node.branches:
            yield from _within(source, branch)


def _inline(node: _Node) -> bool:
    if node.kind == "edge" or (node.kind in ("tag", "block") and node.name in _APART):
        return False
    if node.kind == "element" and node.name not in _INLINE:
        return False
    return all(_inline(inner) for branch in node.branches for inner in branch)


def _has_words(source: str, run: Sequence[_Node]) -> bool:
    """Say whether words stand directly in a run, or in a condition beside something else that is read."""
    if any(_says(source, node) for node in run if node.kind in ("text", "value")):
        return True
    told = [n for n in run if n.kind == "block" and any(_has_words(source, branch) for branch in n.branches)]
    beside = [n for n in run if n.kind in ("value", "element", "block") or source[n.begins : n.ends].strip()]
    return any(
        one is not other and other.name != "if"
        for one in told
        for other in beside
        if other.kind not in ("tag", "note")
    )


def _says(source: str, node: _Node) -> bool:
    text = source[node.begins : node.ends]
    if node.kind == "text":
        return bool(_WORD.search(_CODE.sub("", text)))
    return any(_WORD.search(bring.partition(":")[2] or "s") for bring in _WORD_OF_VALUE.findall(text))


def _goes_without(source: str, node: _Node) -> bool:
    """Say whether a sentence goes without what stands at its end: a space, a drawing, a note."""
    if node.kind == "tag":
        return node.name not in _NAMES
    return node.kind == "note" or (node.kind == "text" and not source[node.begins : node.ends].strip())


def _words(source: str, nodes: Sequence[_Node], elements: dict[str, str]) -> str:
    """Write pieces as the translator reads them: without notes, and start tags by their names alone."""
    said = ""
    for node in nodes:
        if node.kind == "element":
            start = source[node.begins : node.inner[0]]
            name = next(n for n in _names(node.name) if elements.get(n, start) == start)
            elements[name] = start
            said += f"<{name}>{_words(source, node.branches[0], elements)}</{name}>"
        elif node.kind == "block":
            at = node.begins
            for branch in node.branches:
                first, last = (branch[0].begins, branch[-1].ends) if branch else (None, None)
                if first is not None and last is not None:
                    said += source[at:first] + _words(source, branch, elements)
                    at = last
            said += source[at : node.ends]
        elif node.kind != "note":
            said += source[node.begins : node.ends]
    return said


def _names(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}{n}" for n in range(2, 100))


def _tree(source: str, *, plain: bool) -> list[_Node]:
    """Return a template's pieces, those of Django's blocks and HTML's elements inside one another."""
    ended = set(re.findall(r"\{%-?\s*end(\w+)", source))
    top: list[_Node] = []
    stack: list[tuple[_Node, list[_Node]]] = []
    branch, at = top, 0
    for token in _TOKEN.finditer(source):
        if plain and token.lastgroup == "html":  # in a mail, what stands between < and > is text
            continue
        branch += _text(source, at, token.start(), plain)
        at = token.end()
        begins, ends = token.span()
        kind = token.lastgroup
        if kind != "tag":
            named = token[0].strip("</>").split()[0].rstrip("/").lower() if kind == "html" else ""
            branch.append(_Node("edge" if kind == "html" else kind, begins, ends, named))  # type: ignore[arg-type]
            continue
        name = token[0][2:-2].split()[0]
        if name in _BETWEEN and stack:
            branch = []
            stack[-1][0].branches.append(branch)
        elif name.startswith("end") and stack:
            block, branch = stack.pop()
            block.ends = ends
        elif name in ended:
            block = _Node("block", begins, ends, name, [[]])
            branch.append(block)
            stack.append((block, branch))
            branch = block.branches[0]
        else:
            branch.append(_Node("tag", begins, ends, name))
    branch += _text(source, at, len(source), plain)
    return top if plain else _paired(source, top)


def _text(source: str, begins: int, ends: int, plain: bool) -> Iterator[_Node]:
    if not plain:
        if begins < ends:
            yield _Node("text", begins, ends)
        return
    for line in re.finditer(r"[^\n]+|\n", source[begins:ends]):
        yield _Node("edge" if line[0] == "\n" else "text", begins + line.start(), begins + line.end())


def _paired(source: str, nodes: Sequence[_Node]) -> list[_Node]:
    """Put what stands between a start tag and its end tag into an element; tags without a partner stay edges."""
    made: list[_Node] = []
    for node in nodes:
        node.branches = [_paired(source, branch) for branch in node.branches]
        if node.kind == "edge" and source.startswith("</", node.begins):
            opened = next((i for i in reversed(range(len(made))) if made[i].kind == "edge" and made[i].name == node.name
                           and not source.startswith("</", made[i].begins)), None)  # fmt: skip
            if opened is not None:
                start = made[opened]
                inner = made[opened + 1 :]
                made[opened:] = [
                    _Node("element", start.begins, node.ends, node.name, [inner], (start.ends, node.begins))
                ]
                continue
        made.append(node)
    return made
