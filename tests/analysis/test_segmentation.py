"""Words beside ICU's: equal wherever no rule of ours is another on purpose.

`benchmarks.segmentation` has the comparison and states each such rule.
"""

from __future__ import annotations

import importlib.util
import io
from contextlib import redirect_stdout
from pathlib import Path

import icu
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmarks.corpus import SEEDS
from benchmarks.segmentation import alike, differences, icu_words, known, untailored, words
from searchlib import AnalysisError, _core
from searchlib.analysis.unicode import words_of_run, words_of_runs

ROOT = Path(__file__).parents[2]


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in words(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("конец.Начало, г.Москва, А.С.Пушкин", "конец|Начало|г|Москва|А|С|Пушкин"),
        ("кремль.рф и вести.ру, mail.ru", "кремль.рф|и|вести.ру|mail.ru"),
        ("5 %, 100$, 7€, 10 ₽, №3", "5|%|100|$|7|€|10|₽|№|3"),
        ("С++, C#, .NET", "С++|C#|.NET"),
        ("Су-57, COVID-19, из\u2011за", "Су|57|COVID|19|из|за"),
        ("3,5 в 15:30; 2:1", "3,5|в|15:30|2:1"),
        ("ivan.petrov@mail.ru", "ivan.petrov|mail.ru"),
        ("км² H₂O", "км²|H₂O"),
        ("раз\u200bдва пере\u00adнос", "раз|два|пере\u00adнос"),
        ("д'Артаньян, об’єкт", "д'Артаньян|об’єкт"),
        ("слово:слово", "слово|слово"),
    ],
)
def test_russian_words(text: str, expected: str) -> None:
    assert "|".join(cut(text)) == expected


def test_scripts_without_spaces_are_cut_by_icu() -> None:
    text = "В меню: สวัสดีชาวโลก, 東京都に行く, ទឹកដោះគោ, LG전자"
    assert words(text) == icu_words(text.replace(":", " "))
    assert "東京" in cut(text)
    assert "ชาว" in cut(text)
    # Without a dictionary a letter is a word.
    assert _core.words("東京") == [(0, 1), (1, 2)]


def test_offsets_are_code_points_beyond_the_basic_plane() -> None:
    text = "🙂 𠀀𠀁 東京 слово"
    assert cut(text)[-2:] == ["東京", "слово"]
    assert words_of_run("🙂 да") == [(2, 4)]


def test_a_dictionary_is_asked_once_a_text() -> None:
    asked = []

    def dictionary(runs: list[str]) -> list[list[tuple[int, int]]]:
        asked.append(runs)
        return words_of_runs(runs)

    _core.words("東京 и Токио, กรุงเทพ и Бангкок", dictionary)
    _core.words("Ни одного иероглифа", dictionary)
    assert asked == [["東京", "กรุงเทพ"]]


def test_a_dictionary_that_fails_is_an_analysis_error() -> None:
    with pytest.raises(AnalysisError, match="dictionary gave the word"):
        _core.words("東京", lambda runs: [[(0, 9)] for _ in runs])
    with pytest.raises(AnalysisError, match="ZeroDivisionError"):
        _core.words("東京", lambda runs: [[(0, 1 // 0)] for _ in runs])


def test_the_seeds_have_the_words_of_icu() -> None:
    count = 0
    for path in sorted(SEEDS.glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        assert differences(text) == []
        count += len(untailored(text, words(text)))
    assert count > 10_000


def of(*patterns: str) -> st.SearchStrategy[str]:
    """Characters of sets of ICU, each set as often as another."""
    return st.one_of(*(st.sampled_from(sorted(icu.UnicodeSet(p))) for p in patterns))


WORD_BREAK = (
    *(
        rf"\p{{Word_Break={name}}}"
        for name in (
            "CR LF Newline Extend ZWJ Regional_Indicator Format Katakana Hebrew_Letter ALetter "
            "Single_Quote Double_Quote MidNumLet MidLetter MidNum Numeric ExtendNumLet WSegSpace"
        ).split()
    ),
    "[:ExtPict:]",
    "[:LineBreak=Complex_Context:]",
    "[[:Han:][:Hiragana:]]",
    r"[\uac00-\ud7a3]",
    r"[[:Ideographic:]-[:Han:]]",
    "[[:Cyrillic:]&[:L:]]",
    "[[:Sc:]%№§‰+#@:.]",
    "[⁰¹²³⁴-⁹₀-₉]",
    "[[:Me:][:Cf:]]",
)
RUSSIAN = "[а-яёА-ЯЁa-zA-Z0-9]"


@settings(max_examples=500)
@given(st.lists(of(*WORD_BREAK), max_size=16).map("".join))
@example('א"א\'א"1')
@example("カ\u0301カ_カ-ｶﾞ")
@example("👨\u200d👩\u200d👧\u200da🇷🇺🇷б\u200d🙂")
@example("1\u0600\u06622٫3")
@example("ก\u200dข_1กa가가\u0301가")
@example("1\uaa761:1 1:1\uaa76")
def test_any_characters_are_cut_as_icu_cuts_them(text: str) -> None:
    assert differences(text) == []


@settings(max_examples=500)
@given(
    st.lists(of(RUSSIAN, RUSSIAN, "[.,;:'’·_@+#%№²\\-/]", "[ \\u00a0\\n]", "[\\u0301\\u00ad]")).map(
        "".join
    )
)
@example("12:30.5:1 1:22:333:4 а1:2 №1:2 1.5:20 1:2_ 1:2а")
@example("а.б.рф а.б-в.ру. а.\u00adб a.б а.b.рф")
@example("C++# c++- ++ a# б#1 _а_ .NET/.NETа (.NE")
def test_russian_punctuation_is_cut_as_the_rules_say(text: str) -> None:
    assert differences(text) == []


@settings(max_examples=200)
@given(st.text(max_size=80))
def test_any_text_is_cut_as_icu_cuts_it(text: str) -> None:
    assert differences(text.encode("utf-8", "ignore").decode()) == []


def test_the_comparison_sees_a_difference() -> None:
    assert alike("а:б@в") == "а*б*в"
    assert known("а\u0378б") == "а*б"
    assert icu_words("конец.Начало") == [(0, 12)]
    assert words("конец.Начало") == [(0, 5), (6, 12)]


@pytest.mark.parametrize("piece", ["東", "ไทย", "カ", "а", "а.", "а\u0301", "\u0301", "\0", "1,"])
def test_megabytes_without_a_space_are_cut(piece: str) -> None:
    text = piece * (300_000 // len(piece))
    last = 0
    for start, end in words(text):
        assert last <= start < end <= start + 256
        last = end
    assert last <= len(text)


def test_the_tables_are_those_that_the_script_writes() -> None:
    version = tuple(map(int, icu.UNICODE_VERSION.split(".")))
    if version[:2] != _core.UNICODE_VERSION[:2]:
        pytest.skip(f"this ICU has Unicode {icu.UNICODE_VERSION}")
    script = ROOT / "scripts" / "unicode_tables.py"
    spec = importlib.util.spec_from_file_location("unicode_tables", script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with redirect_stdout(io.StringIO()) as written:
        module.main()
    tables = ROOT / "rust" / "core" / "src" / "text" / "characters" / "tables.rs"
    assert written.getvalue() == tables.read_text(encoding="utf-8")
