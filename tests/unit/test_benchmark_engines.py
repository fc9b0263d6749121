"""The comparison at size: documents that are always the same, files, drivers, kept steps."""

from __future__ import annotations

import itertools
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks import (
    agreement,
    alone,
    drivers,
    engine,
    growth,
    keyfile,
    large,
    markdown,
    synthetic,
    threads,
    workload,
)
from benchmarks.__main__ import app
from benchmarks.drivers import Driver, Timed, UnavailableError, lucene, process
from benchmarks.speed import Row
from benchmarks.systems.face import Shape
from benchmarks.workload import Class

KEYS = ["кузнец плуг конь", "конь река кузнец", "мельник зерно река", "конь конь плуг зерно"]
CLASSES = [
    Class("one word", "word", [["конь"], ["река"]]),
    Class("OR, two", "or", [["кузнец", "зерно"]]),
    Class("phrase of 2", "phrase", [["конь", "река"]]),
]


@pytest.fixture(scope="module")
def made() -> list[str]:
    return list(synthetic.documents(300))


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    keyfile.write_lines(KEYS, tmp_path / "keys")
    return tmp_path / "keys"


def driver(name: str) -> Driver:
    """The driver of this name; where it cannot run the test is skipped, with the reason."""
    found, skipped = drivers.load([name])
    for one in skipped:
        pytest.skip(f"{one.name}: {one.reason}")
    return found[name]


def test_made_documents_are_the_same_for_any_count(made: list[str]) -> None:
    assert list(synthetic.documents(7)) == made[:7]
    lengths = [len(one.split()) for one in made]
    assert synthetic.MEAN_LENGTH * 0.8 < sum(lengths) / len(lengths) < synthetic.MEAN_LENGTH * 1.2


def test_made_documents_repeat_their_words_and_words_follow_one_another(made: list[str]) -> None:
    split = [one.split() for one in made]
    counts = Counter(itertools.chain.from_iterable(split))
    total = counts.total()
    assert counts.most_common(1)[0][1] > total / 200
    assert sum(1 for count in counts.values() if count == 1) > len(counts) / 4
    pairs = Counter(pair for words in split for pair in itertools.pairwise(words))
    (first, second), often = pairs.most_common(1)[0]
    by_chance = counts[first] * counts[second] / total
    assert often > 5 * by_chance


def test_lines_can_be_gone_through_again_and_are_counted(keys: Path) -> None:
    lines = keyfile.Lines(keys)
    assert list(lines) == list(lines) == KEYS
    assert len(lines) == len(KEYS)
    assert KEYS[2] in lines
    assert "верблюд" not in lines


def test_a_file_that_was_cut_is_not_there(tmp_path: Path) -> None:
    def cut() -> Sequence[str]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        keyfile.write_lines((line for one in ["а"] for line in (one, *cut())), tmp_path / "keys")
    assert not (tmp_path / "keys").exists()


def test_queries_are_read_as_they_were_written(tmp_path: Path) -> None:
    keyfile.write_queries(CLASSES, tmp_path / "queries")
    assert keyfile.read_queries(tmp_path / "queries") == CLASSES


@pytest.mark.parametrize("name", ["searchlib", "tantivy"])
def test_an_index_is_built_once_and_finds_the_documents(
    name: str, keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.drivers.python.SECONDS", 0.0)
    one = driver(name)
    first = engine.index({name: one}, keys, tmp_path)
    assert first[name].bytes > 0
    found = engine.search({name: one}, tmp_path, CLASSES, 1, 1)
    numbers = [[number for number, _ in hits] for hits in found["one word"][name].hits]
    assert [sorted(one) for one in numbers] == [[0, 1, 3], [1, 2]]
    assert numbers[0][0] == 3
    assert [number for number, _ in found["phrase of 2"][name].hits[0]] == [1]
    keys.write_text("", encoding="utf-8")
    assert engine.index({name: one}, keys, tmp_path) == first
    engine.forget(one.kept, tmp_path)
    assert engine.index({name: one}, keys, tmp_path)[name].bytes < first[name].bytes


def test_tantivy_scores_as_we_do_but_for_its_factor(
    keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.drivers.python.SECONDS", 0.0)
    able = {name: driver(name) for name in ("searchlib", "tantivy")}
    engine.index(able, keys, tmp_path)
    found = engine.search(able, tmp_path, CLASSES, 1, 1)
    assert engine.verdicts(found, CLASSES, able, "searchlib") == {}


def test_pisa_finds_the_same_documents_in_batches(
    made: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = driver("pisa")
    monkeypatch.setattr("benchmarks.drivers.pisa.SECONDS", 0.0)
    keyfile.write_lines(made, tmp_path / "keys")
    able = {"searchlib": driver("searchlib"), "pisa": one}
    monkeypatch.setattr("benchmarks.drivers.python.SECONDS", 0.0)
    engine.index(able, tmp_path / "keys", tmp_path)
    rare = Class("one rare word", "word", [[word] for word in made[0].split()[:9]])
    found = engine.search(able, tmp_path, [rare, *CLASSES], 1, 1)
    assert "pisa" not in found["phrase of 2"]
    assert found["OR, two"]["pisa"].hits == [[]]
    for ours, theirs in zip(
        *(found["one rare word"][name].hits for name in ("searchlib", "pisa")), strict=True
    ):
        assert len(ours) == len(theirs) > 0


def test_pisa_scores_as_we_do_but_for_its_idf_and_lengths(made: list[str]) -> None:
    driver("pisa")
    from benchmarks.systems.pisa import Peer

    verdicts = agreement.compare(Peer, made)
    assert {"one medium word", "AND, two frequent", "OR, two frequent"} <= set(verdicts)
    assert set(verdicts.values()) == {"equal"}


def test_a_peer_that_is_not_installed_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("benchmarks.drivers.pisa", "benchmarks.systems.pisa"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.setitem(sys.modules, "pyterrier_pisa", None)
    found, skipped = drivers.load(["pisa"])
    assert found == {}
    assert [one.name for one in skipped] == ["pisa"]
    assert "pyterrier-pisa has wheels for Linux" in skipped[0].reason


class Scripted:
    """An engine that says what it is told to."""

    name = kept = "scripted"
    version = note = ""
    shapes: frozenset[Shape] = frozenset({"word"})
    factor = 2.0

    def __init__(self, *seconds: float, score: float = 1.0) -> None:
        self.seconds = iter(seconds)
        self.score = score

    def index(self, keys: Path, folder: Path) -> float:
        folder.mkdir()
        return float(len(keyfile.Lines(keys)))

    def search(self, folder: Path, classes: list[Class], passes: int) -> dict[str, Timed]:
        assert (folder.name, passes) == ("scripted", 1)
        seconds = next(self.seconds)
        return {one.name: Timed(seconds, [[(0, self.score)]] * 2) for one in classes}


def test_the_best_of_the_rounds_counts_and_other_scores_are_said(tmp_path: Path) -> None:
    able = {"a": Scripted(3.0, 1.0), "b": Scripted(2.0, 4.0, score=1.1)}
    found = engine.search(able, tmp_path, CLASSES, 1, 2)
    assert {name: one.seconds for name, one in found["one word"].items()} == {"a": 1.0, "b": 2.0}
    assert found["OR, two"] == {}
    assert engine.verdicts(found, CLASSES, able, "a") == {"one word": {"b": "2 of 2 differ"}}


def test_an_engine_in_its_own_process_is_given_the_queries_and_says_its_times() -> None:
    program = (
        "import json,sys\n"
        "lines = open(sys.argv[1], encoding='utf-8').read().splitlines()\n"
        "print(json.dumps({'class': 'one word', 'queries': len(lines), 'seconds': 3.0,"
        " 'hits': [[[4, 1.5]], []]}))\n"
    )
    found = process.timed([sys.executable, "-c", program, process.QUERIES], CLASSES[:1])
    assert found == {"one word": Timed(1.5, [[(4, 1.5)], []])}
    with pytest.raises(RuntimeError, match="no index there"):
        process.objects([sys.executable, "-c", "raise SystemExit('no index there')"])


def test_an_engine_that_cannot_run_is_skipped_with_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(lucene, "_HOMES", (str(tmp_path),))
    monkeypatch.setenv("PATH", str(tmp_path))
    found, skipped = drivers.load(["lucene", "core", "searchlib"])
    assert list(found) == ["searchlib"]
    said = {one.name: one.reason for one in skipped}
    assert "Temurin 25" in said["lucene"]
    assert "cargo is missing" in said["core"]
    with pytest.raises(ValueError, match="no engine sphinx"):
        drivers.load(["sphinx"])


def test_a_jdk_that_is_too_old_is_not_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def jdk(name: str, version: str) -> Path:
        home = tmp_path / name
        (home / "bin").mkdir(parents=True)
        (home / "bin" / "javac").touch()
        (home / "release").write_text(f'IMPLEMENTOR="X"\nJAVA_VERSION="{version}"\n')
        return home

    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(lucene, "_HOMES", (str(tmp_path),))
    jdk("old", "17.0.15")
    with pytest.raises(UnavailableError):
        lucene._jdk()
    jdk("new", "21.0.2")
    newest = jdk("newest", "25")
    assert lucene._jdk() == newest


def test_a_new_process_indexes_and_opens(keys: Path, tmp_path: Path) -> None:
    took = alone.indexing("searchlib, 2 threads", "keys", keys, tmp_path / "index")
    assert took.seconds > 0
    assert took.bytes > 0
    keyfile.write_queries(CLASSES, tmp_path / "queries")
    for dropped in (False, True):
        found = alone.opening(
            "searchlib", tmp_path / "index", tmp_path / "queries", dropped=dropped
        )
        assert found.opening > 0
        assert found.first > 0
        assert found.peak >= found.own


def test_growth_asks_the_same_over_ever_more(
    made: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.drivers.python.SECONDS", 0.0)
    keyfile.write_lines(made, tmp_path / "keys")
    found = growth.measure(
        driver("searchlib"), tmp_path / "keys", tmp_path / "whole", [30], tmp_path / "growth", 1
    )
    asked = workload.classes(workload.seen(made[:30]))
    assert {what: list(times) for what, times in found.items()} == {
        one.name: [30, 300] for one in asked
    }
    assert (tmp_path / "whole" / "searchlib" / "manifest").exists()
    assert list(keyfile.Lines(tmp_path / "growth" / "30.keys")) == made[:30]


def test_threads_are_compared_on_the_same_queries(
    keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "_SECONDS", 0.001)
    one = driver("searchlib")
    one.index(keys, tmp_path / "index")
    found = threads.measure(tmp_path / "index", CLASSES, (1, 2), 1)
    assert list(found) == ["one word", "OR, two", "phrase of 2"]
    assert all(list(times) == [1, 2] for times in found.values())


def test_a_step_is_taken_once_until_asked_again(tmp_path: Path) -> None:
    taken: list[int] = []

    def take(number: int) -> dict[str, int]:
        taken.append(number)
        return {"number": number}

    kept = large.Round(tmp_path, again=False, say=lambda _: None)
    assert kept.step("a", take, 1) == kept.step("a", take, 2) == {"number": 1}
    assert large.Round(tmp_path, again=False, say=lambda _: None).step("a", take, 3)["number"] == 1
    assert large.Round(tmp_path, again=True, say=lambda _: None).step("a", take, 4)["number"] == 4
    assert taken == [1, 4]
    assert "cores" in kept.about("a")


def test_tables_mark_where_a_peer_is_faster_and_add_up_the_classes() -> None:
    rows = [
        Row("one frequent word", {"ours": 1e-3, "peer": 0.5e-3, "other": 4e-3}, {}),
        Row("one medium word", {"ours": 1e-3, "peer": 5e-3, "other": 4e-3}, {"peer": "1 differ"}),
        Row("one frequent word, sorted", {"ours": 9.0, "peer": 1.0, "other": 1.0}, {}),
        Row("OR, two", {"ours": 2e-3, "peer": 2e-3}, {}),
    ]
    shown = markdown.speed(rows, ["ours", "peer", "other"], "ours").splitlines()
    assert shown[2] == "| one frequent word | 1.00 ms | 500 µs **x0.5** | 4.00 ms x4 | equal |"
    assert shown[3].endswith("| peer: 1 differ |")
    assert shown[-1] == "| OR, two | 2.00 ms | 2.00 ms x1 | - | equal |"
    sums = markdown.sums(rows, ["ours"], ["peer", "other"]).splitlines()
    assert sums[2] == "| word | 2.00 ms | 5.50 ms | 8.00 ms | peer | 0.36 |"
    assert sums[3] == "| OR | 2.00 ms | 2.00 ms | - | peer | **1.00** |"
    grown = markdown.by_number({"OR": {"10000": 1e-3, "1000000": 15e-3}}, "documents")
    assert (
        grown.splitlines()[0]
        == "|  | 10,000 documents | 1,000,000 documents | time of the last to the first |"
    )
    assert grown.splitlines()[2] == "| OR | 1.00 ms | 15.0 ms | x15 |"


def test_the_steps_are_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="no picture without matplotlib")
    kept = large.Round(tmp_path, again=False, say=lambda _: None)
    row = {"what": "one word", "seconds": {"a": 1e-3, "b": 2e-3}, "differing": {}}
    kept.step("engine-little", lambda: {"rows": [row], "engines": {"a": "1", "b": "2"}})
    kept.step("growth-little", lambda: {"one word": {10: 1e-3, 100: 2e-3}})
    kept.step("opening-little", dict)
    large.draw(tmp_path, tmp_path)
    drawn = {path.stem: path.read_text(encoding="utf-8") for path in tmp_path.glob("*.svg")}
    assert set(drawn) == {"engine-little", "growth-little"}
    assert all("<svg" in one for one in drawn.values())


def run(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, " ".join(result.output.split())


def test_keys_and_queries_are_written_and_engines_compared_over_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.drivers.python.SECONDS", 0.0)
    docs, questions = tmp_path / "docs.jsonl", tmp_path / "questions.tsv"
    docs.write_text(
        "\n".join(json.dumps({"id": at, "text": "Кузнецы ковали " * 9}) for at in range(5)),
        encoding="utf-8",
    )
    questions.write_text("1\tГде кузнец и верблюд?\n2\tверблюд\n", encoding="utf-8")
    keys, queries, out = tmp_path / "keys", tmp_path / "queries", tmp_path / "out.json"
    assert run("keys", keys, "--docs", docs) == (0, f"5 documents in {keys}")
    assert run("keys", tmp_path / "txt", "--docs", docs, "--raw")[0] == 0
    assert list(keyfile.Lines(tmp_path / "txt")) == [" ".join(["Кузнецы ковали"] * 9)] * 5
    assert run("queries", keys, queries, "--questions", questions)[0] == 0
    asked = {one.name: one for one in keyfile.read_queries(queries)}
    assert asked["real questions"].queries == [["кузнец"]]
    given = ("engine", keys, queries, tmp_path / "indexes", "--engines", "searchlib")
    code, shown = run(*given, "--passes", "1", "--rounds", "1", "--json", out)
    assert (code, "real questions" in shown) == (0, True)
    assert json.loads(out.read_text(encoding="utf-8"))["indexed"]["searchlib"]["bytes"] > 0


def test_everything_is_measured_in_one_round_and_only_once(
    made: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.drivers.python.SECONDS", 0.0)
    monkeypatch.setattr(threads, "_SECONDS", 0.001)
    keyfile.write_lines(made[:100], tmp_path / "little.keys")
    assert run("queries", tmp_path / "little.keys", tmp_path / "little.queries")[0] == 0
    given = ("large", tmp_path, "--corpora", "little", "--engines", "", "--passes", "1")
    code, shown = run(*given, "--out", tmp_path / "tables.md")
    assert code == 0
    tables = (tmp_path / "tables.md").read_text(encoding="utf-8")
    for title in ("Engines, little", "Opening little", "Threads, little"):
        assert f"### {title}" in tables
        assert title in shown
    assert run(*given, "--out", tmp_path / "again.md")[0] == 0
    assert (tmp_path / "again.md").read_text(encoding="utf-8") == tables


def test_wrong_use_is_said(tmp_path: Path) -> None:
    code, shown = run("keys", tmp_path / "keys")
    assert (code, "--docs FILE" in shown) == (2, True)
    code, shown = run("large", tmp_path, "--corpora", "letters")
    assert (code, "letters.keys" in shown) == (2, True)
