"""What machines ask about this one, and what they are not told."""

import pytest
from django.urls import reverse

from followspot.upkeep import health

pytestmark = pytest.mark.django_db


def test_it_lives_and_requests_may_come(client):
    assert client.get("/healthz").content == b"ok\n"
    assert client.get("/readyz").content == b"ready\n"


def test_it_says_in_a_word_why_none_may_come(client, monkeypatch):
    monkeypatch.setattr(health, "reasons_not_ready", lambda: iter(["version", "disk"]))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"version disk\n")


def test_figures_are_for_whoever_brings_the_word(client, settings):
    assert client.get("/metrics").status_code == 404
    settings.METRICS = "a word"
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer another"}).status_code == 401
    answer = client.get("/metrics", headers={"Authorization": "Bearer a word"})
    assert answer.status_code == 200
    assert b"followspot_work_waiting 0.0" in answer.content
    assert b'followspot_info{version="' in answer.content


def figures(client):
    lines = client.get("/metrics", headers={"Authorization": "Bearer a word"}).content.decode().splitlines()
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines if line[0] != "#"}


def test_they_name_no_team_no_page_and_nobody(client_of, team, ada, settings):
    settings.METRICS = "a word"
    client = client_of(ada)
    before = figures(client)
    client.get(reverse("barriers", args=[team.slug]))
    after = figures(client)
    page = 'followspot_answers_total{kind="page",status="2xx"}'
    assert after[page] > before.get(page, 0)
    assert not any(said in "".join(after) for said in ("quay", "Quay", "barriers", "ada", "Ada"))


def test_nothing_counts_when_somebody_answers_a_pulse(client_of, team, ada, settings):
    settings.METRICS = "a word"
    client = client_of(ada)
    before = figures(client)
    for _ in range(3):
        client.get(reverse("pulse", args=[team.slug]))
        client.post(reverse("answer-pulse", args=[team.slug]))
    after = figures(client)
    counted = {
        name: value - before.get(name, 0)
        for name, value in after.items()
        if name.startswith("followspot_answers_total")
    }
    assert sum(counted.values()) == 1  # the figures themselves
