"""The benchmarks measure what they say: the baseline's formula, the measures, the seeds' bar."""

from __future__ import annotations

import gzip
import json
import math
from pathlib import Path

import pytest

from benchmarks import baseline, corpus, overhead, quality, report, significance
from benchmarks.corpus import Document, Judged
from benchmarks.quality import Answered

DOCUMENTS = [
    Document("1", "Нефть", "цена нефти"),
    Document("2", "", "цена газа"),
    Document("3", "", "ёлка"),
]


def test_the_baseline_is_bm25() -> None:
    found = baseline.Baseline(DOCUMENTS, baseline.words).search("цена", 10)
    idf = math.log(1 + (3 - 2 + 0.5) / 2.5)
    average = 6 / 3
    for key, length in (("1", 3), ("2", 2)):
        expected = idf / (1 + 1.2 * (1 - 0.75 + 0.75 * length / average))
        assert found[key] == pytest.approx(expected)
    assert set(baseline.Baseline(DOCUMENTS, baseline.stems()).search("ценами", 10)) == {"1", "2"}
    assert baseline.words("Ёлка, ёж!") == ["елка", "еж"]


def test_measures_by_hand() -> None:
    judged = Judged("игрушка", DOCUMENTS, {"q": "цена", "1": "нефть"}, {"q": {"2": 2, "1": 1}})

    def search(query: str, limit: int) -> dict[str, float]:
        return {"1": 2.0, "2": 1.0}

    values = quality.answer(judged, search)
    assert values["nDCG@10"] == {
        "q": pytest.approx((1 + 3 / math.log2(3)) / (3 + 1 / math.log2(3)))
    }
    assert (values["MRR@10"], values["R@100"]) == ({"q": 1.0}, {"q": 1.0})


def test_a_query_that_finds_nothing_counts_as_zero_and_itself_does_not_count() -> None:
    judged = Judged(
        "игрушка", DOCUMENTS, {"q": "уголь", "1": "нефть"}, {"q": {"2": 1}, "1": {"2": 1}}
    )
    values = quality.answer(
        judged, lambda query, _: {"1": 2.0, "2": 1.0} if query == "нефть" else {}
    )
    assert values["nDCG@10"] == {"q": 0.0, "1": 1.0}


def test_equal_scores_keep_the_order_of_the_answer() -> None:
    judged = Judged("игрушка", DOCUMENTS, {"q": "цена"}, {"q": {"3": 1}})
    first = quality.answer(judged, lambda _query, _limit: {"3": 1.0, "2": 1.0})
    second = quality.answer(judged, lambda _query, _limit: {"2": 1.0, "3": 1.0})
    assert (first["MRR@10"]["q"], second["MRR@10"]["q"]) == (1.0, 0.5)


def test_p_of_paired_differences() -> None:
    # Six equal differences: of the 64 signings only the two of one sign are as far from zero.
    assert significance.p_value([0.5] * 6 + [0.0] * 100) == pytest.approx(2 / 64, abs=0.01)
    assert significance.p_value([0.5] * 30) < 0.001
    assert significance.p_value([-0.5] * 30) < 0.001
    assert significance.p_value([0.5, -0.5] * 15) > 0.9
    assert significance.p_value([]) == 1.0


def test_the_report_has_means_over_sets_and_marks_what_is_no_luck() -> None:
    def answered(system: str, *values: float) -> Answered:
        return Answered(system, {"nDCG@10": {str(n): v for n, v in enumerate(values)}}, 0.0, 0.0)

    found = {
        "один": {
            quality.OURS: answered(quality.OURS, *[0.75] * 20),
            quality.SNOWBALL: answered(quality.SNOWBALL, *[0.5] * 20),
        },
        "два": {
            quality.OURS: answered(quality.OURS, 0.25, 0.75),
            quality.SNOWBALL: answered(quality.SNOWBALL, 0.5, 1.0),
        },
    }
    figures = report.figures(found)
    assert figures.means == {quality.OURS: {"nDCG@10": 0.625}, quality.SNOWBALL: {"nDCG@10": 0.625}}
    assert [one[quality.SNOWBALL].difference for one in figures.differences.values()] == [
        0.25,
        -0.25,
    ]
    measured, beside = report.tables(found)
    assert list(measured.columns[-1].cells) == [
        "0.7500",
        "0.5000",
        "0.5000",
        "0.7500",
        *["0.6250"] * 2,
    ]
    assert list(beside.columns[-1].cells) == ["better", ""]


def test_documents_are_read_from_jsonl(tmp_path: Path) -> None:
    path = tmp_path / "corpus.jsonl.gz"
    rows = [{"_id": "7", "title": "Нефть", "text": "газ"}, {"id": 8, "body": "уголь"}]
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)
    assert corpus.documents(path) == [Document("7", "Нефть", "газ"), Document("8", "", "уголь")]
    assert len(corpus.documents(path, 1)) == 1


def test_a_set_may_share_the_documents_of_another_without_their_titles(tmp_path: Path) -> None:
    whole, sharing = tmp_path / "whole", tmp_path / "sharing"
    for folder in whole, sharing:
        folder.mkdir()
        with gzip.open(folder / "queries.jsonl.gz", "wt", encoding="utf-8") as lines:
            lines.write(json.dumps({"_id": "q", "text": "нефть"}) + "\n")
        (folder / "qrels.tsv").write_text("q\t7\t1\nunknown\t7\t1\n", encoding="utf-8")
    with gzip.open(whole / "corpus.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.write(json.dumps({"_id": "7", "title": "Нефть", "text": "газ"}) + "\n")
    (sharing / "CORPUS").write_text("as ../whole/corpus.jsonl.gz, no titles\n", encoding="utf-8")
    assert corpus.beir(whole).documents == [Document("7", "Нефть", "газ")]
    assert corpus.beir(sharing) == Judged(
        "sharing", [Document("7", "", "газ")], {"q": "нефть"}, {"q": {"7": 1}}
    )


def test_the_seeds_are_answered_and_snowball_is_clearly_below() -> None:
    found = {one.system: one.mean(quality.MAIN) for one in quality.compare(corpus.seeds())}
    assert found[quality.OURS] >= 0.95
    assert found[quality.SNOWBALL] < found[quality.OURS] - 0.1
    assert found[quality.FIRST_LEMMA] > found[quality.SNOWBALL]


def test_what_python_adds_to_a_query_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overhead, "_QUERIES", 5)
    found = overhead.measure(corpus.seed_documents()[:3], 1)
    assert min(found.core, found.text, found.prepared, found.titles) > 0
