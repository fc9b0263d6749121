"""Names: their case forms meet, in the dictionary or not, and different names do not."""

from __future__ import annotations

from pathlib import Path

import pytest
from pymorphy3 import MorphAnalyzer

import searchlib as sl
from benchmarks import names
from searchlib import _core, analysis
from searchlib.analysis.morphology import dictionary_folder

ROWS = [
    ("Кречмер", ["встреча с Кречмером", "у Кречмера", "о Кречмере"], ["бар Креч", "у Кречма"]),
    ("Вондерль", ["визит Вондерля", "с Вондерлем", "о Вондерле"], ["визит Вондера", "о Вондерах"]),
    ("Маккорди", ["роман Маккорди"], ["роман Маккорда", "у Маккорда"]),
    ("Хубранов", ["слова Хубранова", "с Хубрановой", "Хубрановым"], ["слова Хубрана"]),
    ("Хубранский", ["слова Хубранского", "с Хубранской"], ["слова Хубрана", "Хубранов"]),
    ("Тундрогаз", ["акции Тундрогаза", "Тундрогазом"], ["акции Тундры"]),
    ("Дальпромстрой", ["доля Дальпромстроя", "Дальпромстроем"], []),
    ("Малые Бузырки", ["из Малых Бузырок", "в Малых Бузырках"], []),
    ("Павловна", ["видел Павловну", "двух Павловен"], ["видел Павловича", "два Павловича"]),
    ("Юлиевна", ["Юльевне"], ["Юлиевичу", "Юльевич"]),
    ("Ильинична", ["с Ильиничной", "трёх Ильиничен"], ["с Ильичом", "Ильич"]),
    ("Павлович", ["с Павловичем", "о Палыче"], ["о Павловне", "Павловна"]),
]


@pytest.mark.parametrize(("query", "finds", "not_"), ROWS, ids=[row[0] for row in ROWS])
def test_a_name_finds_its_forms(
    query: str, finds: list[str], not_: list[str], tmp_path: Path
) -> None:
    schema = sl.Schema(id=sl.Keyword(unique=True), body=sl.Text())
    index = sl.Index.create(tmp_path / "index", schema)
    texts = [f"Вот {text} тут" for text in (*finds, *not_)]
    with index.writer() as writer:
        writer.add_many({"id": str(number), "body": text} for number, text in enumerate(texts))
    found = index.search(query, operator="and", limit=len(texts))
    assert {texts[int(hit["id"])] for hit in found} == set(texts[: len(finds)])


def lemmas(form: str) -> set[str]:
    [token] = analysis.russian().analyze(form)
    return {key.text for key in token.keys if key.kind == "lemma"}


@pytest.mark.parametrize("prefix", ["андре", "иль", "никит", "лук", "якуб"])
def test_a_feminine_patronymic_has_a_lemma_of_its_own(prefix: str) -> None:
    lexemes: dict[tuple[str, int], dict[str, set[str]]] = {}
    for word, tag, lemma, paradigm, _ in MorphAnalyzer().dictionary.iter_known_words(prefix):
        if "Patr" in tag and "-" not in word:
            forms = lexemes.setdefault((lemma, paradigm), {"masc": set(), "femn": set()})
            forms[str(tag.gender)] |= {word}
    assert lexemes
    for (lemma, _), forms in lexemes.items():
        [masculine] = set().union(*map(lemmas, forms["masc"])) & {lemma.replace("ё", "е")}
        feminine = set.intersection(*map(lemmas, forms["femn"]))
        assert feminine & {form.replace("ё", "е") for form in forms["femn"]}
        assert all(masculine not in lemmas(form) for form in forms["femn"])


def test_a_name_inside_a_sentence_is_no_form_of_a_verb() -> None:
    def kept(text: str) -> set[str]:
        [token] = [
            token for token in analysis.russian().analyze(text) if "тундр" in token.text.lower()
        ]
        return {key.text for key in token.keys if key.kind == "lemma"}

    assert "тундрать" in kept("Потом тундрал вчера")
    assert "тундрать" in kept("Тундрал вчера")
    assert "тундрать" not in kept("Пришёл Тундрал вчера")


def test_hidden_names_meet() -> None:
    lexicon = _core.Lexicon(dictionary_folder())
    sample = names.lexemes("бо")
    found = names.hide(lexicon, (one for of_kind in sample.values() for one in of_kind))
    for kind, of_kind in sample.items():
        assert len(of_kind) > 10
        measured = names.measure(kind, of_kind, found)
        assert measured.shared >= names.LEAST[kind]
        assert measured.by_stem_alone > 0.9
        assert measured.with_rare_forms > 0.95
    assert len(names.joined(found)) <= names.MOST_JOINED


def test_case_stems_of_any_word() -> None:
    assert _core.case_stems("кречмером") == ["кречмер", "кречмером"]
    assert _core.case_stems("") == []
