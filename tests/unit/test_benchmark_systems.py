"""Every system that is measured finds what it should, scores as said, and is timed fairly."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from benchmarks import agreement, comparison, machine, size, speed, systems, timing, workload
from benchmarks.__main__ import app
from benchmarks.corpus import Document, Judged, seed_documents
from benchmarks.systems import OURS, System
from benchmarks.timing import Clock

TEXTS = [
    "Кузнец подковал коня и починил старый плуг.",
    "Кони паслись у реки, пока кузнецы спали.",
    "Мельник смолол зерно и уехал к реке.",
]
STEMMING = {"searchlib", "tantivy", "whoosh", "bm25s", "xapian"}


@pytest.fixture(params=systems.NAMES)
def name(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of each system; a peer that is not installed is skipped, with the reason."""
    found, skipped = systems.load([request.param])
    for one in skipped:
        pytest.skip(f"{one.name}: {one.reason}")
    if request.param == "bm25s":  # To compile takes longer than all of these tests.
        monkeypatch.setattr(found["bm25s"], "_backend", "numpy")
    return str(request.param)


@pytest.fixture
def system(name: str, tmp_path: Path) -> Iterator[System]:
    found = systems.load([name])[0][name]()
    found.index(TEXTS, "raw", tmp_path / "raw")
    found.one_segment()
    yield found
    found.close()


def numbers(found: systems.Found) -> list[int]:
    return sorted(number for number, _ in found)


def test_words_as_typed_find_by_the_analysis_of_each_system(system: System) -> None:
    forms = [0, 1] if system.name in STEMMING else [0]
    assert numbers(system.search("кузнец", "any", 10)) == forms
    assert numbers(system.search("кузнец зерно", "any", 10)) == [*forms, 2]
    if "all" in system.operators:
        assert numbers(system.search("уехал мельник", "all", 10)) == [2]
        assert system.search("кузнец зерно", "all", 10) == []
    assert len(system.search("кузнец зерно", "any", 1)) == 1
    assert system.search("верблюд", "any", 10) == []


def test_scores_are_those_of_its_formula(name: str) -> None:
    keys = list(workload.keys_of(f"{one.title} {one.text}" for one in seed_documents()))
    verdicts = agreement.compare(systems.load([name])[0][name], keys)
    shapes = {
        one.name for one in workload.classes(workload.seen(keys)) if one.shape in ("word", "or")
    }
    assert shapes <= set(verdicts)
    assert set(verdicts.values()) == {"equal"}


def test_a_peer_that_scores_otherwise_is_noticed() -> None:
    make = systems.load(["fts5"])[0]["fts5"]

    class Wrong(make):  # type: ignore[valid-type, misc]
        def weight(self, documents: int, having: int) -> float:
            return 1.001 * float(super().weight(documents, having))

    verdicts = agreement.compare(
        Wrong, list(workload.keys_of(one.text for one in seed_documents()))
    )
    assert all(verdict.endswith("differ") for verdict in verdicts.values())


def test_a_size_is_that_of_files_and_text_takes_room(name: str, tmp_path: Path) -> None:
    make = systems.load([name])[0][name]
    found = size.measure({OURS: systems.load([])[0][OURS], name: make}, TEXTS * 200)
    without, stored = list(found.values())[1:]
    assert sum(stored[name].values()) > sum(without[name].values()) > 0
    shown = [list(column.cells) for column in comparison.size_table(found).columns]
    assert len(shown) == 1 + len({OURS, name})


def test_a_peer_that_is_missing_is_skipped_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "benchmarks.systems.tantivy", raising=False)
    monkeypatch.setitem(sys.modules, "tantivy", None)
    found, skipped = systems.load(["tantivy", "fts5"])
    assert list(found) == [OURS, "fts5"]
    assert [one.name for one in skipped] == ["tantivy"]
    assert "tantivy" in skipped[0].reason
    with pytest.raises(ValueError, match="no system sphinx; there are searchlib, "):
        systems.load(["sphinx"])


def test_passes_of_the_systems_alternate_and_the_best_counts() -> None:
    calls: list[str] = []
    slow = iter([200_000, 10, 200_000])

    def first() -> None:
        calls.append("a")
        sum(range(next(slow)))

    found = timing.side_by_side(
        {"a": [first], "b": [lambda: calls.append("b")]}, passes=3, clock=Clock.CPU
    )
    assert calls == ["a", "b"] * 3
    assert found["a"] < Clock.CPU.seconds_of(lambda: sum(range(200_000)))


def test_queries_are_the_same_every_time_and_have_no_word_twice() -> None:
    texts = [one.text for one in seed_documents()]
    keys = list(workload.keys_of(texts))
    assert workload.classes(workload.seen(keys)) == workload.classes(workload.seen(keys))
    assert workload.typed(texts) == workload.typed(texts)
    for one in workload.classes(workload.seen(keys)):
        assert one.queries
        assert all(len(set(words)) == len(words) for words in one.queries)


def test_an_engine_is_left_out_where_it_cannot_answer() -> None:
    makers, _ = systems.load(["fts5"])
    texts = [one.text for one in seed_documents()[:20]]
    rows = speed.engine(makers, list(workload.keys_of(texts)), 1, Clock.WALL)
    assert rows[0].what == "index pre-analysed keys"
    assert all(set(row.seconds) == {OURS, "fts5"} and not row.differing for row in rows)
    assert all(second > 0 for row in rows for second in row.seconds.values())
    fts5 = makers["fts5"]

    class AnyAlone(fts5):  # type: ignore[valid-type, misc]
        operators = frozenset({"any"})

    found = speed.end_to_end({**makers, "fts5": AnyAlone}, texts, 1, Clock.WALL)
    by_name = {row.what: set(row.seconds) for row in found}
    assert by_name["2-3 words, any"] == {OURS, "fts5"}
    assert by_name["2-3 words, all"] == {OURS}
    table = comparison.speed_table("", found, list(makers))
    assert "-" in list(table.columns[2].cells)


def test_real_queries_are_timed_with_their_answers_beside() -> None:
    documents = [Document(str(at), "", text) for at, text in enumerate(TEXTS)]
    judged = Judged(
        "пробный", documents, {"a": "а: (коням?", "b": "чужой"}, {"a": {"0": 1, "1": 1}}
    )
    makers, _ = systems.load(["fts5"])
    rows, answers = speed.real(makers, judged, 1, Clock.WALL)
    assert [row.what for row in rows[2:]] == [
        "1 queries of пробный, any word",
        "1 queries of пробный, all words",
    ]
    assert answers[0].ndcg == {OURS: 1.0, "fts5": 0.0}


def test_a_ratio_says_how_many_times_ours_and_marks_what_is_faster() -> None:
    assert [comparison.ratio(*pair) for pair in ((50, 2), (1, 4), (3, 2))] == [
        "x25",
        "x0.25",
        "x1.5",
    ]
    shown = [comparison.seconds(value) for value in (12.345, 0.0123, 0.0000456)]
    assert shown == ["12.3 s", "12.3 ms", "45.6 µs"]
    row = speed.Row("слово", {OURS: 1.0, "a": 0.5, "b": 2.0}, {"b": "1 of 50 differ"})
    cells = [list(c.cells) for c in comparison.speed_table("", [row], [OURS, "a", "b"]).columns]
    assert cells == [
        ["слово"],
        ["1.00 s"],
        ["500 ms [bold red]x0.5[/]"],
        ["2.00 s x2"],
        ["b: 1 of 50 differ"],
    ]


def run(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def test_the_command_writes_what_it_prints(tmp_path: Path) -> None:
    docs, out = tmp_path / "docs.jsonl", tmp_path / "out.json"
    lines = (
        json.dumps({"id": at, "text": one.text}) for at, one in enumerate(seed_documents()[:9])
    )
    docs.write_text("\n".join(lines), encoding="utf-8")
    code, shown = run(
        "speed", "--docs", docs, "--engines", "fts5", "--passes", "1", "--limit", "8", "--json", out
    )
    assert code == 0
    assert "AND, two frequent" in shown
    written: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    assert written["about"]["documents"] == 8
    assert list(written["systems"]) == [OURS, "fts5"]
    assert written["end to end"][0]["seconds"].keys() == {OURS, "fts5"}
    code, _ = run("size", "--docs", docs, "--engines", "fts5", "--json", out)
    assert code == 0
    assert len(json.loads(out.read_text(encoding="utf-8"))["bytes"]) == 3


def test_wrong_use_of_the_command_is_said(tmp_path: Path) -> None:
    assert run("speed", "--engines", "sphinx") == (2, run("size", "--engines", "sphinx")[1])
    code, shown = run("speed", "--set", tmp_path, "--engines", "")
    assert (code, "is no BEIR folder" in " ".join(shown.split())) == (2, True)
    assert run("speed", "--docs", tmp_path / "none.jsonl")[0] == 2


def test_a_picture_is_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="no picture without matplotlib")
    from benchmarks.plot import bars

    bars(
        {"пробный": {"слово": {"a": 0.5, "b": 2.0}, "И": {"a": 1.0}}},
        ["a", "b"],
        "s",
        tmp_path / "x.svg",
    )
    assert "<svg" in (tmp_path / "x.svg").read_text(encoding="utf-8")


def test_the_machine_is_described_without_its_name() -> None:
    import platform

    described = machine.described()
    assert {"date", "processor", "cores", "python", "load"} <= set(described)
    assert platform.node() not in described.values()
