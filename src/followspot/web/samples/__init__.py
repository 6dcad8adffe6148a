"""Three true step-aways as daily figures, brought in through the same verbs as anybody's own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from followspot.evidence import collect
from followspot.practices.stepaways import actions as stepaways
from followspot.roles import LEADER
from followspot.teams import actions as teams
from followspot.teams.models import Team

_CAREFUL = (
    "Counts of changes by day from the project's public history; merges and automata are left out, days are "
    "those of UTC. Written and landed are the same changes, on the day they were written and on the day they "
    "entered the history. Reviews, talk and decisions are not in here."
)


@dataclass(frozen=True, slots=True)
class Sample:
    """One public project and the moment when its leader stepped away."""

    slug: str
    name: str
    leader: str
    begins: date
    ends: date | None
    flow: str
    stand_ins: str
    what_else: str
    source: str
    led_until: date | None = None


SAMPLES = (
    Sample(
        "redis",
        "Redis",
        "Salvatore Sanfilippo",
        date(2020, 6, 30),
        None,
        "landed",
        "Two named successors",
        "The founder, who wrote more than half of all changes and merged nearly all, stepped down in a day. His "
        "successors then merged a backlog of waiting contributions, the way of merging changed at the same time, and a "
        "company paid them.",
        "https://antirez.com/news/133; https://www.theregister.com/2020/06/30/redis_creator_antirez_quits/",
        led_until=date(2020, 6, 29),
    ),
    Sample(
        "git",
        "Git",
        "Junio C Hamano",
        date(2022, 10, 29),
        date(2022, 11, 20),
        "landed",
        "One named stand-in",
        "The maintainer, who lets in nearly every change, was away as planned, in the middle of a release cycle. He "
        "announced it as an exercise in doing without him.",
        "git/git, branch todo, commits 342535a019 (2022-10-03) and cb290473ef (2022-10-26)",
    ),
    Sample(
        "sphinx",
        "Sphinx",
        "Takeshi Komiya",
        date(2019, 8, 21),
        date(2019, 10, 5),
        "landed",
        "",
        "The person who merges most left no sign for 46 days, in summer. It is known from the history alone: chosen "
        "because of the silence, and others may have been silent for the same reason.",
        "sphinx-doc/sphinx, no commit by the leader on any day between",
    ),
)


def bring() -> Iterator[str]:
    """Bring the samples that are not here yet; yield their names."""
    for sample in SAMPLES:
        if not Team.objects.filter(slug=sample.slug).exclude(sample="").exists():
            _bring(sample)
            yield sample.name


@transaction.atomic
def _bring(sample: Sample) -> None:
    now = timezone.now()
    team = teams.start_team(sample.name, by=None, sample=_CAREFUL)
    leader = teams.known_from_history(sample.leader)
    teams.claim(team, sample.leader, person=leader)
    lead = teams.hand_lead(team, to=leader, on=None)
    if sample.led_until:
        teams.end_lead(lead, on=sample.led_until)
    path = Path(__file__).parent / f"{sample.slug}.csv"
    source = collect.connect(
        team, "days", title=f"{sample.name}, by day", path=str(path), leader=sample.leader
    )
    collect.read(collect.begin(source, now=now))
    stepaways.plan(
        team,
        leader,
        stretches=[(sample.begins, sample.ends)],
        margin=0.2,
        flow=sample.flow,
        by=None,
        roles=frozenset({LEADER}),
        now=now,
        stand_ins=sample.stand_ins,
        what_else=sample.what_else,
        source=sample.source,
    )
