"""A git history becomes events, whatever its shape, and only once."""

import os
import subprocess
from contextlib import contextmanager
from datetime import UTC, datetime

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from followspot.errors import BadInput
from followspot.evidence import segments
from followspot.evidence.connectors import _git_command, _git_parse, git
from followspot.evidence.connectors._git_trailers import reverted, trailers
from tests.evidence.connectors.conftest import ADA, BEN, CHI, START, Repo

DAY = 86_400


def harvested(path, cursor=None, **settings):
    harvest = git.connector.read(str(path), cursor=cursor, **settings)
    rows = [row for batch in harvest.batches for row in batch.to_pylist()]
    return rows, harvest.finish()


def of(rows, activity):
    return [row for row in rows if row["activity"] == activity]


def when(seconds):
    return datetime.fromtimestamp(seconds, UTC)


def test_a_change_leaves_an_event_on_each_of_its_clocks(repo):
    made = repo.commit(
        author=BEN, committer=ADA, at=START, landed=START + DAY, files={"src/net/deep/a.c": "1"}
    )
    rows, _ = harvested(repo.path)
    assert [(r["activity"], r["at"], r["actor"], r["to"], r["about"], r["key"]) for r in rows] == [
        ("change.written", when(START), BEN, [], ["folder:src/net"], f"{made}:w"),
        ("change.landed", when(START + DAY), BEN, [], ["folder:src/net"], f"{made}:l"),
        ("change.integrated", when(START + DAY), ADA, [BEN], [], f"{made}:i"),
    ]
    assert {r["object"] for r in rows} == {f"change:{made}"}


def test_folders_are_those_touched_two_levels_deep(repo):
    repo.commit(
        files={"a": "", "b": "", "x/1": "", "x/y/2": "", "x/y/z/3": "", '-o/q"uo\nte/é': "", "ü/v/w": ""}
    )
    repo.commit(files={})
    rows, _ = harvested(repo.path)
    first, second = (
        r["about"] for r in sorted(of(rows, "change.written"), key=lambda r: r["about"], reverse=True)
    )
    assert first == ['folder:-o/q"uo\nte', "folder:.", "folder:x", "folder:x/y", "folder:ü/v"]
    assert second == []


def test_a_merge_is_the_mergers_and_nobodys_change(repo):
    repo.commit()
    repo.commit(author=BEN, branch="topic", start="refs/heads/main^0", at=START + 5)
    merged = repo.commit("Merge", author=ADA, committer=CHI, merge="topic", files={}, at=START + 9)
    rows, _ = harvested(repo.path)
    assert [(r["actor"], r["key"]) for r in of(rows, "branch.merged")] == [(CHI, f"{merged}:m")]
    assert len(of(rows, "change.landed")) == 2


def test_only_the_main_line_counts_unless_others_are_named(repo):
    repo.commit()
    repo.commit(branch="wip", start="refs/heads/main^0")
    assert len(of(harvested(repo.path)[0], "change.landed")) == 1
    assert len(of(harvested(repo.path, branches=["main", "wip"])[0], "change.landed")) == 2
    with pytest.raises(BadInput, match="no branch “gone”"):
        harvested(repo.path, branches=["gone"])
    with pytest.raises(BadInput, match="no branch “--all”"):
        harvested(repo.path, branches=["--all"])


def test_who_else_took_part(repo):
    message = (
        "Add a thing\n\nWords.\n\nReported-by: Dee <dee@x.org>\nCo-authored-by: Chi <chi@x.org>\n"
        "Reviewed-by: Ada <ada@x.org>\nacked-by: Eve <eve@x.org>,\n  Fay <fay@x.org>\nTested-by: Ben <ben@x.org>\n"
        "Helped-by: Gil\nSigned-off-by: Ben <ben@x.org>\nSigned-off-by: Chi <chi@x.org>\n"
        "Signed-off-by: Ada <ADA@x.org>\n"
    )
    made = repo.commit(message, author=BEN, committer=ADA, landed=START + DAY, files={"d/e": ""})
    rows = [r for r in harvested(repo.path)[0] if r["key"][-3:-1] == ":t"]
    assert {(r["activity"], r["actor"], tuple(r["to"]), r["at"]) for r in rows} == {
        ("problem.reported", "Dee <dee@x.org>", (), when(START + DAY)),
        ("change.co_written", CHI, (), when(START)),
        ("review.given", ADA, (BEN,), when(START + DAY)),
        ("review.given", "Eve <eve@x.org>", (BEN,), when(START + DAY)),
        ("review.given", "Fay <fay@x.org>", (BEN,), when(START + DAY)),
        ("help.given", "Gil", (BEN,), when(START + DAY)),
        ("change.passed_on", CHI, (BEN,), when(START + DAY)),
    }
    assert all(r["about"] == ["folder:d"] and r["object"] == f"change:{made}" for r in rows)


def test_what_was_taken_back(repo):
    bad = repo.commit()
    back = repo.commit(f'Revert "Change"\n\nThis reverts commit {bad}.', author=BEN, at=START + 7)
    [row] = of(harvested(repo.path)[0], "change.reverted")
    assert (row["actor"], row["about"], row["key"]) == (BEN, [f"change:{bad}"], f"{back}:r0")
    assert reverted(b"This reverts commit abc123.") == []


def test_many_reverts_are_read_in_parts(repo, monkeypatch):
    monkeypatch.setattr(git, "_MANY", 1)
    monkeypatch.setattr(_git_parse, "_CHUNK", 100)
    monkeypatch.setattr(_git_parse.os, "read", lambda number, size, read=os.read: read(number, 300))
    bad = repo.commit()
    for n in range(9):
        repo.commit(f'Revert "Change"\n\nThis reverts commit {bad}.', at=START + n)
    assert len({r["key"] for r in of(harvested(repo.path)[0], "change.reverted")}) == 9


@pytest.mark.parametrize(
    ("at", "landed", "expected"),
    [
        (0, START, (START, START)),
        (4_102_444_800, START, (START, START)),
        (START, 5, (START, START)),
        (99999999999999999, START, (START, START)),
        (0, 4_102_444_800, None),
    ],
)
def test_impossible_dates(repo, at, landed, expected):
    repo.commit(at=at, landed=landed)
    rows, finish = harvested(repo.path)
    if expected is None:
        assert rows == []
        assert finish.notes == ("1 commit has no possible date at all, left out.",)
    else:
        assert (rows[0]["at"], rows[1]["at"]) == tuple(map(when, expected))
        assert "impossible date" in finish.notes[0]


def test_seconds_that_are_no_number_are_no_date():
    assert _git_parse._seconds([b"", b"-5", b"12", b"9" * 5000]).tolist() == [0, 0, 12, 0]


def test_names_in_any_encoding(repo):
    repo.commit("é".encode("latin-1"), author="Éva <e@x.org>".encode("latin-1"))
    repo.commit("é".encode("latin-1"), author="Øle <o@x.org>".encode("latin-1"), encoding="ISO-8859-1")
    repo.commit(author="木村 <k@x.org>", files={"日本/é/f": ""})
    repo.commit(author=" <>")
    rows, _ = harvested(repo.path)
    assert {r["actor"] for r in of(rows, "change.written")} == {
        "Éva <e@x.org>",
        "Øle <o@x.org>",
        "木村 <k@x.org>",
        "<>",
    }
    assert ["folder:日本/é"] in [r["about"] for r in rows]


def test_a_mailmap_is_told_and_never_applied(repo):
    repo.commit(author="A. L. <old@x.org>", files={".mailmap": "Ada <ada@x.org> <old@x.org>\n"})
    repo.commit("Change\n\nHelped-by: Gil\nHelped-by: a <b> c <d")
    rows, finish = harvested(repo.path)
    assert finish.aliases == {"A. L. <old@x.org>": ADA}
    assert "A. L. <old@x.org>" in {r["actor"] for r in rows}


def test_a_later_mailmap_reaches_people_read_before(repo):
    repo.commit(author="A. L. <old@x.org>")
    _, before = harvested(repo.path)
    repo.commit(author=BEN, files={".mailmap": "Ada <ada@x.org> <old@x.org>\n"})
    rows, finish = harvested(repo.path, before.cursor)
    assert before.aliases == {}
    assert finish.aliases == {"A. L. <old@x.org>": ADA}
    assert {r["actor"] for r in rows} == {BEN}


def test_bit_by_bit_equals_at_once(repo):
    keys, cursor = [], None
    for step in range(4):
        for n in range(3):
            repo.commit(f"Change\n\nAcked-by: {CHI}", author=[ADA, BEN][n % 2], at=START + step * DAY + n)
        rows, finish = harvested(repo.path, cursor)
        assert not finish.replaces
        keys += [r["key"] for r in rows]
        cursor = finish.cursor
    once = [r["key"] for r in harvested(repo.path)[0]]
    assert sorted(keys) == sorted(once)
    assert len(set(keys)) == len(keys) == 4 * 3 * 4
    assert harvested(repo.path, cursor)[0] == []


def test_a_rewritten_history_is_read_anew(repo):
    repo.commit()
    repo.commit(at=START + 1)
    _, finish = harvested(repo.path)
    repo.commit("Other", branch="main", start="refs/heads/main~1", at=START + 2)
    rows, again = harvested(repo.path, finish.cursor)
    assert again.replaces
    assert "rewritten" in again.notes[0]
    assert len(of(rows, "change.landed")) == 2
    gone = finish.cursor | {"tips": ["0" * 39 + "1"]}
    assert harvested(repo.path, gone)[1].replaces


def test_a_shallow_clone_is_told_apart_and_read_anew_once_deepened(repo, tmp_path):
    for n in range(5):
        repo.commit(at=START + n, files={f"d{n}/f": ""})
    shallow = tmp_path / "shallow"
    repo.git("clone", "--quiet", "--depth=2", repo.path.as_uri(), str(shallow))
    rows, finish = harvested(shallow)
    assert [r["about"] for r in of(rows, "change.landed")] == [["folder:d4"], []]
    assert "shallow" in finish.notes[0]
    Repo(shallow).git("fetch", "--quiet", "--unshallow")
    rows, again = harvested(shallow, finish.cursor)
    assert again.replaces
    assert len(of(rows, "change.landed")) == 5
    assert [n for n in again.notes if "deepened" in n]


def test_a_work_tree_reads_as_its_bare_twin(repo, tmp_path):
    repo.commit()
    repo.git("clone", "--quiet", str(repo.path), str(tmp_path / "tree"))
    assert harvested(tmp_path / "tree")[0] == harvested(repo.path)[0]


def test_what_can_not_be_read_says_what_to_do(repo, tmp_path, monkeypatch):
    with pytest.raises(BadInput, match="no commits yet"):
        harvested(repo.path)
    inside = repo.path.parent / "-plain"
    inside.mkdir()
    with pytest.raises(BadInput, match="is not a git repository"):
        harvested(inside)
    with pytest.raises(BadInput, match="no such folder"):
        harvested(tmp_path / "nowhere")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BadInput, match="not installed"):
        harvested(repo.path)


def test_a_folder_inside_a_work_tree_is_no_repository(repo, tmp_path):
    repo.commit(files={"sub/f": ""})
    repo.git("clone", "--quiet", str(repo.path), str(tmp_path / "tree"))
    with pytest.raises(BadInput, match="is not a git repository"):
        harvested(tmp_path / "tree" / "sub")


def test_a_partial_clone_is_refused_and_never_fetched(repo, tmp_path):
    for n in range(3):
        repo.commit(at=START + n, files={f"d/f{n}": ""})
    repo.git("config", "uploadpack.allowFilter", "true")
    partial = tmp_path / "partial.git"
    repo.git("clone", "--quiet", "--bare", "--filter=tree:0", repo.path.as_uri(), str(partial))
    packs = sorted(os.listdir(partial / "objects" / "pack"))
    with pytest.raises(BadInput, match=r"missing or broken .* full clone"):
        harvested(partial)
    assert sorted(os.listdir(partial / "objects" / "pack")) == packs


@pytest.mark.parametrize("broken", ["gone", "garbled"])
def test_a_broken_object_is_refused(repo, broken):
    repo.commit()
    tree = repo.git("rev-parse", "HEAD^{tree}").strip()
    stored = repo.path / "objects" / tree[:2] / tree[2:]
    stored.chmod(0o600)
    stored.write_bytes(b"no object") if broken == "garbled" else stored.unlink()
    with pytest.raises(BadInput, match="missing or broken"):
        harvested(repo.path)


def test_a_hostile_configuration_runs_nothing(repo, tmp_path, monkeypatch):
    repo.commit()
    tree = tmp_path / "tree"
    repo.git("clone", "--quiet", str(repo.path), str(tree))
    trap = tmp_path / "sprung"
    command = f"touch {trap}"
    for name in (
        "core.fsmonitor",
        "core.pager",
        "diff.external",
        "gpg.program",
        "core.sshCommand",
        "pager.log",
    ):
        Repo(tree).git("config", name, command)
    Repo(tree).git("config", "log.showSignature", "true")
    Repo(tree).git("config", "log.showRoot", "false")
    Repo(tree).git("config", "core.quotePath", "true")
    monkeypatch.setenv("GIT_DIR", str(tmp_path))
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", command)
    rows, _ = harvested(tree)
    assert rows[0]["about"] == ["folder:."]
    assert not trap.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="Only root can give a folder away.")
def test_somebody_elses_repository_is_read(repo):
    repo.commit()
    for folder, _, names in os.walk(repo.path):
        for name in [folder, *(os.path.join(folder, n) for n in names)]:
            os.chown(name, 12345, 12345)
    assert harvested(repo.path)[0]


def test_an_interrupted_reading_leaves_no_git_and_no_file(repo, tmp_path, monkeypatch):
    for n in range(3):
        repo.commit(at=START + n)
    started = []
    popen = subprocess.Popen
    monkeypatch.setattr(
        _git_command.subprocess, "Popen", lambda *a, **k: started.append(popen(*a, **k)) or started[-1]
    )

    def interrupted(done, total):
        raise KeyboardInterrupt

    monkeypatch.setattr(git.Repository, "counting", _known_at_once)
    harvest = git.connector.read(str(repo.path), tell=interrupted)
    with pytest.raises(KeyboardInterrupt):
        segments.write(harvest.batches, tmp_path / "out", "x")
    assert os.listdir(tmp_path / "out") == []
    assert all(process.poll() is not None for process in started)
    with pytest.raises(RuntimeError, match="Read all batches"):
        harvest.finish()


@contextmanager
def _known_at_once(repository, revisions, *, wanted):
    yield lambda: 3


def test_progress_is_told_with_the_whole(repo):
    for n in range(3):
        repo.commit(at=START + n)
    repository = git.Repository(str(repo.path))
    with repository.counting(["HEAD"], wanted=True) as total:
        while not total():
            pass
        assert total() == 3
    with repository.counting(["HEAD"], wanted=False) as total:
        assert total() == 0


def test_a_message_out_of_all_proportion_is_cut(repo, monkeypatch):
    monkeypatch.setattr(_git_parse, "_LONGEST_FIELD", 4_000)
    monkeypatch.setattr(_git_parse, "_CHUNK", 1_000)
    monkeypatch.setattr(_git_parse.os, "read", lambda number, size, read=os.read: read(number, 700))
    repo.commit("Long\n\n" + "word " * 20_000 + "\n\nAcked-by: " + CHI)
    repo.commit(author=BEN, at=START + 1)
    rows, _ = harvested(repo.path)
    assert {r["actor"] for r in of(rows, "change.written")} == {ADA, BEN}
    assert [r["actor"] for r in of(rows, "review.given")] == [CHI]


def test_batches_do_not_depend_on_where_the_output_is_cut(repo, monkeypatch):
    for n in range(6):
        repo.commit(f"C{n}\n\nAcked-by: {CHI}", at=START + n, files={f"d{n}/{m}": "" for m in range(n)})
    whole, _ = harvested(repo.path)
    monkeypatch.setattr(_git_parse, "_CHUNK", 100)
    monkeypatch.setattr(_git_parse.os, "read", lambda number, size, read=os.read: read(number, 37))
    pieces, _ = harvested(repo.path)
    assert sorted(whole, key=lambda r: r["key"]) == sorted(pieces, key=lambda r: r["key"])


@given(
    st.lists(
        st.sampled_from(
            ["", " ", "Words", "Acked-by: A <a@x>", "Reviewed-by:D <d@x>", "  on", "tested-by: e"]
        )
    )
)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_only_the_block_that_git_takes_for_trailers_counts(repo, lines):
    message = "Title\n" + "\n".join(lines)
    repo.commit(message)
    parse = ["git", "interpret-trailers", "--parse", "--no-divider"]
    block = subprocess.run(parse, input=message.encode(), capture_output=True, check=True).stdout
    expected = trailers(block, ADA.encode(), ADA.encode())
    rows = [r for r in harvested(repo.path)[0] if r["key"].startswith(f"{repo.ids[-1]}:t")]
    assert sorted((r["activity"], r["actor"]) for r in rows) == sorted((a, w.decode()) for a, w in expected)


@given(st.binary(max_size=300))
def test_no_message_breaks_the_parser(message):
    for activity, who in trailers(message, b"A <a>", b"B <b>"):
        assert activity in git.connector.emits
        assert who


def test_memory_holds_batches_not_histories(repo):
    repo.commit()
    assert all(isinstance(b, pa.RecordBatch) for b in git.connector.read(str(repo.path)).batches)
