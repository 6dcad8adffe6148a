"""The command as a person types it: answers, files, errors, exit codes."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import date, timedelta

import pytest

from tests.folders import brought_up_to_date
from tests.histories import quay

# A command of its own: it must not see that Django is set up for tests here.
ENV = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"} | {
    "TERM": "dumb",
    "COLUMNS": "100",
}


def run(*words, cwd=None, **more):
    return subprocess.run(
        [sys.executable, "-m", "followspot", *map(str, words)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=ENV,
        timeout=120,
        **more,
    )


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    days = [date(2024, 1, 1) + timedelta(n) for n in range(400)]
    lines = ["date,team,leader"] + [
        f"{d},{(19, 21, 22, 21, 17, 2, 1)[d.weekday()]},{2 if not 280 <= n <= 293 else 0}"
        for n, d in enumerate(days)
    ]
    (folder / "counts.csv").write_text("\n".join(lines))
    (folder / "absences.csv").write_text(f"start,end\n{days[280]},{days[293]}\n")
    return folder


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """A year of three people's work that Ada lets in; she is away for three weeks."""
    authors = ("Ben Oki", "Chi Ito", "Ada Byron")
    return quay(
        tmp_path_factory.mktemp("quay"), changes=600, a_day=4 / 3, away=range(200, 221), authors=authors
    )


def test_a_table_of_days_is_judged_as_json(tables):
    done = run(
        "step-away", "--counts", tables / "counts.csv", "--absences", tables / "absences.csv", "--json"
    )
    answer = json.loads(done.stdout)
    assert answer["verdict"] == "held"
    assert answer["low"] < answer["ratio"] < answer["high"]
    assert {"reasons", "expected", "observed", "smallest_drop"} <= answer.keys()
    assert answer["odds"].keys() == {"held", "dropped", "rose"}


def test_a_batch_answers_each_line_and_says_which_it_could_not(tables, tmp_path):
    good = {
        "counts": str(tables / "counts.csv"),
        "absences": str(tables / "absences.csv"),
        "out": str(tmp_path / "a.json"),
        "margin": 0.3,
        "level": 0.8,
    }
    bad = good | {"counts": str(tables / "absences.csv"), "out": str(tmp_path / "b.json")}
    (tmp_path / "manifest.jsonl").write_text(f"{json.dumps(good)}\n\n{json.dumps(bad)}\n")
    done = run("step-away", "--batch", tmp_path / "manifest.jsonl")
    assert done.returncode == 3
    first, second = (json.loads((tmp_path / f"{n}.json").read_text()) for n in "ab")
    assert (first["verdict"], first["margin"], first["level"]) == ("held", 0.3, 0.8)
    assert second["verdict"] == "cant_tell"
    assert first.keys() - {"error"} >= {"expected", "observed", "smallest_drop", "odds"} <= second.keys()
    assert "column “date” is missing" in second["error"]


@pytest.mark.parametrize(
    ("counts", "says"),
    [("date,tem\n2024-01-01,3", "Is “tem” meant?"),
     ("date,team\n2024-13-01,3", "row 2, column date"),
     ("date,team\n2024-01-01,many", "row 2, column team"),
     ("date,team\n2024-01-01,-3", "not a count from 0 to ten million"),
     ("date,team\n2024-01-01,3\n2024-01-01,4", "stands there twice"),
     ("date,team\n2024-01-01,3\n9999-01-01,4", "more than a hundred years"),
     ("date,team\n", "no days in it"),
     ("date,team,mood\n2024-01-01,3,5", "“mood” is not known")],
)  # fmt: skip
def test_a_wrong_table_is_named_with_row_and_column(tables, tmp_path, counts, says):
    (tmp_path / "c.csv").write_text(counts)
    done = run("step-away", "--counts", tmp_path / "c.csv", "--absences", tables / "absences.csv", "--json")
    assert done.returncode == 3
    assert says in done.stderr
    assert done.stdout == ""


def test_an_absence_outside_of_the_days_is_refused(tables, tmp_path):
    (tmp_path / "a.csv").write_text("start,end\n2031-01-01,2031-01-10\n")
    done = run("step-away", "--counts", tables / "counts.csv", "--absences", tmp_path / "a.csv", "--json")
    assert done.returncode == 3
    assert "2031" in done.stderr


def test_overlapping_absences_are_refused(tables, tmp_path):
    (tmp_path / "a.csv").write_text("start,end\n2024-10-01,2024-10-10\n2024-10-05,2024-10-20\n")
    assert (
        run("step-away", "--counts", tables / "counts.csv", "--absences", tmp_path / "a.csv").returncode == 3
    )


def test_a_repository_is_studied(repository):
    answer = json.loads(run("study", repository, "--json").stdout)
    assert answer["leader"] == "Ada Byron"
    assert ("2024-07-19", "2024-08-08") in {(s["start"], s["end"]) for s in answer["likely_away"]}
    assert "Ben" not in json.dumps(answer)
    assert "Chi" not in json.dumps(answer)


def test_each_likely_absence_is_printed_with_what_speaks_for_it(repository):
    evidence = json.loads(run("study", repository, "--json").stdout)["likely_away"][0]["evidence"]
    assert "last sign" in evidence
    said = " ".join(run("study", repository).stdout.split())
    assert evidence in said
    assert "none is tested without your yes" in said


def test_a_step_away_in_a_repository_is_reported_in_every_form(repository, tmp_path):
    words = ("step-away", repository, "--leader", "ada@quay.example", "--away", "2024-07-19..2024-08-08")
    done = run(*words, "--html", tmp_path / "r.html", "--pdf", tmp_path / "r.pdf")
    assert done.returncode == 0, done.stderr
    assert "without Ada Byron" in done.stdout
    html = (tmp_path / "r.html").read_text()
    assert "<svg" in html
    assert not [
        mark for mark in ('src="http', "url(http", '<link rel="stylesheet"', "<script") if mark in html
    ]
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")
    answer = json.loads(run(*words, "--json").stdout)
    assert answer["verdict"] in {"held", "dropped", "rose", "cant_tell"}
    assert answer["flow"] == "landed"
    assert answer["flows"].keys() >= {"landed", "written", "total"}
    assert answer["flows"]["landed"]["ratio"] == answer["ratio"]


def test_a_leader_nobody_knows_suggests_close_names(repository):
    done = run("step-away", repository, "--leader", "Ada Biron", "--away", "2024-07-19..2024-08-08")
    assert done.returncode == 3
    assert "Did you mean Ada Byron" in done.stderr


@pytest.mark.parametrize("away", ["2024-07-19", "19.7.2024..8.8.2024", "..", "2024-08-08..2024-07-19"])
def test_days_away_that_make_no_sense_are_refused(repository, away):
    assert run("step-away", repository, "--leader", "Ada", "--away", away).returncode == 3


@pytest.mark.parametrize("kind", ["nowhere", "empty", "no repository", "one author"])
def test_what_cannot_be_studied_says_why(tmp_path, kind):
    folder = tmp_path / "it"
    if kind != "nowhere":
        folder.mkdir()
    if kind in {"empty", "one author"}:
        subprocess.run(["git", "init", "--quiet", folder], check=True)
    if kind == "one author":
        me = ["-c", "user.name=Solo", "-c", "user.email=solo@x.org"]
        for n in range(3):
            subprocess.run(
                ["git", *me, "commit", "--quiet", "--allow-empty", "-m", str(n)], cwd=folder, check=True
            )
    done = run("study", folder)
    assert done.returncode == 3
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


def test_an_import_twice_reads_only_what_is_new(repository, tmp_path):
    first = run("import", "git", repository, "--to", tmp_path / "log")
    assert "events into" in first.stdout
    assert "Nothing new." in run("import", "git", repository, "--to", tmp_path / "log").stdout
    assert len(list((tmp_path / "log").glob("*.parquet"))) == 1


def test_a_truncated_segment_is_refused_by_name(repository, tmp_path):
    run("import", "git", repository, "--to", tmp_path / "log")
    segment = next((tmp_path / "log").glob("*.parquet"))
    segment.write_bytes(segment.read_bytes()[:-100])
    code = f"import followspot; followspot.read_events({str(tmp_path / 'log')!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert segment.name in done.stderr
    assert "cut short or broken" in done.stderr


def test_the_library_reads_what_the_command_imported(repository, tmp_path):
    import followspot

    run("import", "git", repository, "--to", tmp_path / "log")
    away = [(date(2024, 7, 19), date(2024, 8, 8))]
    from_log = followspot.step_away(followspot.read_events(tmp_path / "log"), leader="Ada Byron", away=away)
    from_git = followspot.step_away(followspot.read_git(repository), leader="Ada Byron", away=away)
    assert from_log["landed"].ratio == from_git["landed"].ratio
    assert (
        followspot.reading(followspot.read_git(repository), "dependence", leader="Ada Byron").estimate > 0.8
    )


def test_a_csv_with_a_wrong_row_keeps_nothing_and_names_it(tmp_path):
    (tmp_path / "t.csv").write_text("Closed on,Agent\n2024-01-01,Ben\n32/13/2024,Chi\n")
    words = ("import", "csv", tmp_path / "t.csv", "--column", "at=Closed on", "--to", tmp_path / "log")
    done = run(*words)
    assert done.returncode == 3
    assert "row 3" in done.stderr
    assert not (tmp_path / "log" / "source.json").exists()
    kept = run(*words, "--keep-good")
    assert "1 events" in kept.stdout


def test_help_names_every_command_and_the_exit_codes():
    said = run("--help").stdout
    assert all(
        word in said for word in ("study", "step-away", "import", "up", "doctor", "manage", "130 interrupted")
    )


def test_wrong_use_has_its_own_exit_code():
    assert run("step-away").returncode == 2
    assert run("no-such-command").returncode == 2


def test_doctor_and_manage_run_on_a_folder_of_their_own(tmp_path):
    env = ENV | {"FOLLOWSPOT_DATA": str(tmp_path / "data")}
    command = [sys.executable, "-m", "followspot"]
    before = subprocess.run([*command, "doctor"], env=env, capture_output=True, text=True)
    assert before.returncode == 1
    assert "they bring it up to date" in before.stdout
    subprocess.run([*command, "manage", "migrate", "-v0"], env=env, check=True)
    after = subprocess.run([*command, "doctor"], env=env, capture_output=True, text=True)
    assert after.returncode == 0, after.stdout


def test_a_port_that_is_taken_says_so(tmp_path):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = subprocess.run(
            [sys.executable, "-m", "followspot", "up", "--port", str(taken.getsockname()[1])],
            env=ENV | {"FOLLOWSPOT_DATA": str(tmp_path)}, capture_output=True, text=True,
        )  # fmt: skip
    assert done.returncode == 3
    assert "can't be used" in done.stderr


def test_a_folder_keeps_one_sources_log(repository, tmp_path):
    run("import", "git", repository, "--to", tmp_path / "log")
    (tmp_path / "t.csv").write_text("date,who\n2024-01-01,Ben\n2024-01-02,Chi\n")
    done = run("import", "csv", tmp_path / "t.csv", "--to", tmp_path / "log")
    assert done.returncode == 3
    assert "holds the log of" in done.stderr
    assert "Nothing new." in run("import", "git", repository, "--to", tmp_path / "log").stdout
    (tmp_path / "log" / "source.json").write_text("{")
    assert "is broken" in run("import", "git", repository, "--to", tmp_path / "log").stderr


def test_a_table_is_reported_in_every_form_at_once(tables, tmp_path):
    given = ("--counts", tables / "counts.csv", "--absences", tables / "absences.csv")
    done = run("step-away", *given, "--json", "--html", tmp_path / "t.html", "--pdf", tmp_path / "t.pdf")
    assert json.loads(done.stdout)["verdict"] == "held"
    assert (tmp_path / "t.html").exists()
    assert (tmp_path / "t.pdf").exists()


def test_ways_are_not_mixed_and_outcomes_not_guessed(tables, repository):
    given = ("--counts", tables / "counts.csv", "--absences", tables / "absences.csv")
    assert run("step-away", repository, *given).returncode == 2
    away = ("--leader", "Ada Byron", "--away", "2024-07-19..2024-08-08")
    assert run("step-away", repository, *away, "--flow", "bogus").returncode == 2


def test_what_cannot_be_written_says_so(tables, tmp_path):
    given = ("--counts", tables / "counts.csv", "--absences", tables / "absences.csv")
    done = run("step-away", *given, "--html", tmp_path)
    assert done.returncode == 3
    assert "can't be written" in done.stderr


def test_of_one_person_besides_the_leader_nothing_is_said(tmp_path):
    folder = quay(
        tmp_path / "two", changes=300, a_day=1, away=range(200, 221), authors=("Ben Oki", "Ada Byron")
    )
    done = run("step-away", folder, "--leader", "Ada Byron", "--away", "2024-07-19..2024-08-08", "--json")
    assert done.returncode == 3
    assert "would be about that person" in done.stderr
    assert done.stdout == ""


def test_where_only_the_leader_worked_there_is_nothing_to_test(tmp_path):
    folder = quay(tmp_path / "solo", changes=300, a_day=1, away=range(200, 200), authors=("Ada Byron",))
    done = run("step-away", folder, "--leader", "Ada Byron", "--away", "2024-07-19..2024-08-08")
    assert done.returncode == 3
    assert "Nobody but the leader" in done.stderr


@pytest.mark.parametrize("ask", [signal.SIGINT, signal.SIGTERM])
def test_stopping_an_import_leaves_nothing_half_done(tmp_path, ask):
    folder = quay(tmp_path / "long", changes=60_000, a_day=50, away=range(0))
    command = [
        sys.executable,
        "-m",
        "followspot",
        "import",
        "git",
        str(folder),
        "--to",
        str(tmp_path / "log"),
    ]
    done = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=ENV)
    while not list((tmp_path / "log").glob(".*.part")) and done.poll() is None:
        time.sleep(0.01)
    done.send_signal(ask)
    said = done.communicate(timeout=60)[1]
    assert done.returncode == 130
    assert "Nothing was left half done" in said
    assert list((tmp_path / "log").iterdir()) == []


def test_the_brief_of_a_team_in_the_terminal_and_as_json(tmp_path):
    """An empty instance first, then a team made by the public verbs."""
    env = ENV | {"FOLLOWSPOT_DATA": str(brought_up_to_date(tmp_path))}
    made = """
from django.utils import timezone
from followspot.teams import actions as t
from followspot.practices.barriers import actions as b
from followspot.roles import MEMBER
import datetime
team = t.start_team("Quay", by=None)
ada, ben = (t.known_from_history(n) for n in ("Ada", "Ben"))
t.hand_lead(team, to=ada, on=None)
t.join(team, ben, on=None)
b.raise_barrier(team, "No keys", by=ben, roles=frozenset({MEMBER}), now=timezone.now() - datetime.timedelta(days=9))
"""

    def command(*words):
        return subprocess.run(
            [sys.executable, "-m", "followspot", *words], capture_output=True, text=True, env=env, timeout=120
        )

    nobody = command("brief", "quay")
    assert (nobody.returncode, nobody.stderr.strip()) == (
        3,
        "There is no team “quay” here. There is: none yet.",
    )
    assert command("manage", "shell", "-v", "0", "-c", made).returncode == 0
    told = command("brief", "quay")
    assert told.returncode == 0
    assert "Clear      No keys: no answer for" in told.stdout
    moves = json.loads(command("brief", "quay", "--json").stdout)
    assert [m["verb"] for m in moves] == ["Clear", "Set"]
    assert command("brief", "--mail").stdout.strip() == "0 sent."
