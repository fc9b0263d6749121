"""Analysis: words, keys and sentences of Russian text, with ICU as the oracle of segmentation."""

from __future__ import annotations

from itertools import pairwise

import icu
import pytest
from hypothesis import given
from hypothesis import strategies as st

import searchlib as sl
from searchlib import _core
from searchlib.analysis import Token, analyzer, keyword, russian, simple, whitespace


def lemmas(word: str) -> list[str]:
    return [key.text for key in russian().analyze(word)[0].keys if key.kind == "lemma"]


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("людьми", "человек"),
        ("шёл", "идти"),
        ("шел", "идти"),
        ("узнаём", "узнавать"),
        ("Ёжика", "ежик"),
        ("ростове", "ростов"),
        ("двумя", "два"),
        ("нефтью", "нефть"),
        ("за\u0301мка", "замок"),
        ("пере\u00adвозка", "перевозка"),
    ],
)
def test_forms_have_their_lemmas(form: str, lemma: str) -> None:
    assert lemma in lemmas(form)


def test_every_likely_reading_is_a_key_and_unlikely_ones_are_not() -> None:
    assert lemmas("стали") == ["стать", "сталь"]
    assert lemmas("узнаём") == ["узнавать"]
    assert set(lemmas("узнаем")) == {"узнать", "узнавать"}


def test_offsets_are_code_points_of_the_original() -> None:
    text = "🙂 За\u0301мок «Ёж» — км²"
    tokens = russian().analyze(text)
    assert [token.text for token in tokens] == ["За\u0301мок", "Ёж", "км²"]
    assert [text[token.start : token.end] for token in tokens] == [t.text for t in tokens]
    assert [token.position for token in tokens] == [0, 1, 2]
    surfaces = [key.text for token in tokens for key in token.keys if key.kind == "surface"]
    assert surfaces == ["замок", "ёж", "еж", "км2"]


def test_analyzers_without_language() -> None:
    assert [t.keys[0].text for t in simple().analyze("Ёж, ГОСТ-25")] == ["еж", "гост", "25"]
    assert [t.keys[0].text for t in whitespace().analyze(" Ёж,  ГОСТ-25")] == ["Ёж,", "ГОСТ-25"]
    assert [t.keys[0].text for t in keyword().analyze("Ёж, ГОСТ")] == ["Ёж, ГОСТ"]


def test_a_tokenizer_that_misbehaves_is_an_analysis_error() -> None:
    def broken(text: str) -> list[Token]:
        return [Token(0, 0, 99, text, (sl.analysis.Key("ключ"),))]

    def failing(text: str) -> list[Token]:
        raise RuntimeError("словарь не найден")

    for tokenizer, says in ((broken, "offsets"), (failing, "словарь не найден")):
        with pytest.raises(sl.AnalysisError, match=says):
            analyzer.Analyzer.of(tokenizer).analyze("ёж")


def test_the_rules_of_both_halves_have_one_version() -> None:
    assert _core.ANALYSIS_VERSION == analyzer.RULES_VERSION


def icu_words(text: str) -> list[tuple[int, int]]:
    """The words of ICU's root rules: pieces with a letter or a digit, in code points."""
    breaks = icu.BreakIterator.createWordInstance(icu.Locale.getRoot())
    breaks.setText(text)
    places = [0, *breaks]
    return [
        (start, end) for start, end in pairwise(places) if any(c.isalnum() for c in text[start:end])
    ]


@given(st.text(alphabet="абвгёйАБЁ abzAZ019.,:;'-—«»!?()/\n", max_size=60))
def test_words_are_those_of_icu_but_for_the_tailoring(text: str) -> None:
    # What is tailored on purpose is kept out: full stops between Cyrillic letters, times, hosts.
    text = text.replace(":", " ").replace(".", " ").replace("'", " ")
    ours = [(token.start, token.end) for token in simple().analyze(text)]
    assert ours == icu_words(text)


@given(st.text(max_size=200))
def test_any_text_is_analysed(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    for token in russian().analyze(text):
        assert token.text == text[token.start : token.end]
        assert token.keys
