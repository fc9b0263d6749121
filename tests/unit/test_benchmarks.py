"""The benchmarks measure what they say: the baseline's formula, the measures, the seeds' bar."""

from __future__ import annotations

import gzip
import json
import math
from pathlib import Path

import pytest

from benchmarks import baseline, corpus, quality
from benchmarks.corpus import Document, Judged

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

    measures = quality.measured(judged, search)
    assert measures["nDCG@10"] == pytest.approx((1 + 3 / math.log2(3)) / (3 + 1 / math.log2(3)))
    assert (measures["MRR@10"], measures["R@100"]) == (1.0, 1.0)


def test_documents_are_read_from_jsonl(tmp_path: Path) -> None:
    path = tmp_path / "corpus.jsonl.gz"
    rows = [{"_id": "7", "title": "Нефть", "text": "газ"}, {"id": 8, "body": "уголь"}]
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)
    assert corpus.documents(path) == [Document("7", "Нефть", "газ"), Document("8", "", "уголь")]
    assert len(corpus.documents(path, 1)) == 1


def test_the_seeds_are_answered_and_snowball_is_clearly_below() -> None:
    found = quality.compare(corpus.seeds())
    assert found["searchlib"]["nDCG@10"] >= 0.95
    assert found["Snowball BM25"]["nDCG@10"] < found["searchlib"]["nDCG@10"] - 0.1
