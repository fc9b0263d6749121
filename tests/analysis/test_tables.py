"""The lemmas in the tables of abbreviations are lemmas, so that the words of texts meet them."""

from __future__ import annotations

from pathlib import Path

import pytest

pymorphy3 = pytest.importorskip("pymorphy3")

TABLES = Path(__file__).parents[2] / "rust" / "core" / "src" / "text" / "tables"
# The column of lemmas, parted by spaces; "-" and "|" are no words.
COLUMNS = {"abbreviations.tsv": 2, "sequences.tsv": 1}


def lemmas(table: str) -> set[str]:
    lines = (TABLES / table).read_text(encoding="utf-8").splitlines()
    cells = [line.split("\t")[COLUMNS[table]] for line in lines if not line.startswith("#")]
    return {word for cell in cells for word in cell.split()} - {"-", "|"}


@pytest.mark.parametrize("table", COLUMNS)
def test_every_lemma_is_one(table: str) -> None:
    if not TABLES.exists():
        pytest.skip("the sources of the core are not here")
    morph = pymorphy3.MorphAnalyzer()

    def is_lemma(word: str) -> bool:
        return any(parse.normal_form == word for parse in morph.parse(word))

    words = lemmas(table)
    assert len(words) > 50
    assert {word for word in words if not is_lemma(word)} == set()
