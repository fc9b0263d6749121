"""The core's lexicon says what pymorphy3 says, of known words, of unknown ones and of no words."""

from __future__ import annotations

import itertools
import random
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pymorphy3_dicts_ru
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import lexicon_parity
from benchmarks.lexicon_parity import compare, lexicon, sample
from searchlib._core import Lexicon
from searchlib.errors import AnalysisError

FOLDER = Path(pymorphy3_dicts_ru.get_path())
GRAPHS = [path.name for path in sorted(FOLDER.glob("*dawg"))]
READ = [*GRAPHS, "meta.json", "paradigms.array", "suffixes.json", "gramtab-opencorpora-int.json"]


def assert_equal(words: list[str]) -> None:
    found = compare(words)
    assert not found.differences, "\n".join(found.differences[:5])
    assert found.failures < len(words) / 10 + 1


@pytest.fixture(scope="module")
def forms() -> list[str]:
    return sample(20_000)


def test_forms_of_the_dictionary(forms: list[str]) -> None:
    assert len(forms) == len(set(forms)) == 20_000
    assert_equal(forms)


def test_forms_without_their_yo(forms: list[str]) -> None:
    assert_equal([form.replace("ё", "е") for form in forms if "ё" in form])


def _without(form: str, rng: random.Random) -> str:
    at = rng.randrange(len(form))
    return form[:at] + form[at + 1 :]


def _with(form: str, rng: random.Random, letters: str) -> str:
    at = rng.randrange(len(form) + 1)
    return form[:at] + rng.choice(letters) + form[at:]


def _after(form: str, rng: random.Random) -> str:
    return "".join(rng.choices("бвгджклмнп", k=rng.randint(1, 6))) + form


MUTATIONS: dict[str, Callable[[str, random.Random], str]] = {
    "capitals": lambda form, _: form.upper(),
    "title": lambda form, _: form.title(),
    "yo everywhere": lambda form, _: form.replace("е", "ё"),
    "known prefix": lambda form, rng: rng.choice(["не", "псевдо", "анти-", "недо", "экс-"]) + form,
    "unknown prefix": _after,
    "particle": lambda form, rng: form + rng.choice(["-то", "-ка", "-таки", "-де", "-с", "-ста"]),
    "adverb": lambda form, _: "по-" + form,
    "a letter lost": _without,
    "a letter more": lambda form, rng: _with(form, rng, "аёйфъ"),
    "the end only": lambda form, rng: form[rng.randrange(len(form)) :],
    "another beginning": lambda form, rng: (
        rng.choice(["жмы", "по", "наи"]) + form[len(form) // 2 :]
    ),
    "a digit": lambda form, rng: _with(form, rng, "0123456789"),
    "a Latin letter": lambda form, rng: _with(form, rng, "aeoxIV"),
    "a mark": lambda form, rng: _with(form, rng, ".,- \n'_\u0301😀\0\1"),
    "many prefixes": lambda form, _: "непереподнедо" + form,
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_words_not_quite_of_the_dictionary(name: str, forms: list[str]) -> None:
    rng = random.Random(name)
    assert_equal([MUTATIONS[name](form, rng) for form in rng.sample(forms, 700)])


def test_two_words_in_one(forms: list[str]) -> None:
    rng = random.Random(5)
    assert_equal(["-".join(rng.sample(forms, 2)) for _ in range(500)])
    assert_equal(["-".join(rng.sample(forms, 3)) for _ in range(100)])
    nouns = ["человек", "гора", "город", "герой", "вагон", "ресторан", "плащ", "палатка"]
    assert_equal(
        ["-".join(pair) + end for pair in itertools.permutations(nouns, 2) for end in "аыу"]
    )
    assert_equal(["псевдо" + "-".join(pair) for pair in itertools.permutations(nouns, 2)])


def shapes() -> Iterator[str]:
    """Yield what is no word, or is hardly one."""
    yield from ("", " ", "\n", "\t\n", " 7 ", "1 000", "\x1c5", "\xa05", "X\n", "« »", "\0", "\0\0")
    yield from "- -- -то то- по- по-по- ё ёё Ё стали\0 А Ы Й а А. А.С. Ѣ ѣ ЁЖ АО И-то".split(" ")
    yield from "1 -1 +1 1_000 1__0 1,5 1.5 ,5 5. 1e5 1e ٣ ² ½ 0x10 1,5,6 5-й 2-ка 10-летие".split()
    yield from "inf -Infinity nan NaN infi".split()
    yield from "IX iv MMMM MMMMM IIII XIV-го İX ⅩⅣ ХХ C м MIX İ ı".split()
    yield from "word Word-2 naïve ª ʰa ﬁ \u212a αβγ ΑΣ ΑΣ-то ſ 中 aж IT-отдел C++".split()
    yield from "... ?! — $ № €5 😀 😀-то а😀".split()
    yield "ы" * 1000
    yield "е" * 300
    yield "не" * 100 + "мир"
    yield "ж" * 600 + "ование"
    yield "7" * 1000
    yield "-".join(["мир"] * 200)


def test_shapes() -> None:
    assert_equal(list(shapes()))


def test_letters_of_many_scripts() -> None:
    codes = [*range(0x600), *range(0x1D00, 0x2200), *range(0xA640, 0xA800), *range(0xFF00, 0xFFF0)]
    letters = [chr(code) for code in codes if unicodedata.category(chr(code)) != "Cn"]
    assert_equal(
        letters + [letter + "мир" for letter in letters] + [letter + "5" for letter in letters]
    )


# Of characters that this Python's Unicode does not assign, ours may know more.
ASSIGNED = st.characters(exclude_categories=("Cs", "Cn"))
PIECES = st.sampled_from(
    "не недо анти- анти по- по наи - -то -ка -с ё е мед елка горы стали новому три себя вне ИИ XI "
    "web 12 , ... \0 \n".split(" ")
)


@settings(max_examples=300, deadline=None)
@given(st.text(ASSIGNED))
def test_any_text(text: str) -> None:
    assert_equal([text])


@settings(max_examples=500, deadline=None)
@given(st.lists(PIECES, max_size=5))
def test_any_pieces(pieces: list[str]) -> None:
    assert_equal(["".join(pieces)])


@settings(max_examples=300, deadline=None)
@given(st.text("аеёийлнотсАЕ-", max_size=12))
def test_any_letters(text: str) -> None:
    assert_equal([text])


def test_known_is_what_the_dictionary_says(forms: list[str]) -> None:
    ours = lexicon()
    morph = lexicon_parity.morph()
    for form in forms[::20]:
        assert ours.is_known(form)
        assert ours.known(form) == ours.parse(form)
        assert all(parse[4] == "dictionary" for parse in ours.known(form))
    for form in ["еж", "ежик", "ёжик", "мечелом", "", "Стали", "все", "всё", "счастье"]:
        assert ours.is_known(form) == morph.dictionary.word_is_known(form, morph.char_substitutes)
        assert bool(ours.known(form)) == ours.is_known(form)


def test_predicted_is_what_other_units_say(forms: list[str]) -> None:
    ours = lexicon()
    for form in forms[::20]:
        parses = ours.predicted(form)
        assert parses
        assert all(parse[4] != "dictionary" for parse in parses)
        assert sum(parse[3] for parse in parses) == pytest.approx(1)
    for word in ["Мечелом", "псевдокошка", "по-мечеловски", "XIV", "12", "???", "кошка-мышка"]:
        if not ours.is_known(word.lower()):
            assert [p[:3] for p in ours.predicted(word)] == [p[:3] for p in ours.parse(word)]


def test_surrogates_are_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        lexicon().parse("\ud800")


def test_the_version_is_that_of_the_dictionary() -> None:
    meta = lexicon_parity.morph().dictionary.meta
    assert lexicon().version() == f"{meta['source_revision']}.{meta['corpus_revision']}"


def folder_with(target: Path, name: str, data: bytes | None) -> Path:
    """Make a folder of the dictionary in which one file is another, or missing."""
    target.mkdir(exist_ok=True)
    for other in READ:
        if other != name and not (target / other).exists():
            (target / other).symlink_to(FOLDER / other)
    (target / name).unlink(missing_ok=True)
    if data is not None:
        (target / name).write_bytes(data)
    return target


@pytest.mark.parametrize("name", READ)
def test_missing_and_truncated_files_are_named(name: str, tmp_path: Path) -> None:
    data = (FOLDER / name).read_bytes()
    for broken in (None, b"", data[:3], data[: len(data) // 2], data[:-1], data + b"{"):
        with pytest.raises(AnalysisError) as raised:
            Lexicon(folder_with(tmp_path / "dictionary", name, broken))
        assert name in str(raised.value)
        assert "pymorphy3-dicts-ru" in str(raised.value)


def test_another_format_is_refused(tmp_path: Path) -> None:
    meta = (FOLDER / "meta.json").read_bytes().replace(b'"2.4"', b'"3.0"')
    with pytest.raises(AnalysisError, match=r"format of the dictionary is 3\.0.*reads 2\.x"):
        Lexicon(folder_with(tmp_path / "dictionary", "meta.json", meta))


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match=r"meta\.json"):
        Lexicon(tmp_path / "nowhere")


@pytest.mark.parametrize("name", [*GRAPHS, "paradigms.array"])
def test_damaged_files_do_no_harm(name: str, tmp_path: Path, forms: list[str]) -> None:
    rng = random.Random(name)
    data = (FOLDER / name).read_bytes()
    words = [
        MUTATIONS[mutation](form, rng) for mutation in MUTATIONS for form in rng.sample(forms, 8)
    ]
    words += [*rng.sample(forms, 200), *shapes()]
    opened = 0
    start = 4 if name in GRAPHS else 0
    for count in (10, 1_000, 100_000, len(data)):
        damaged = bytearray(data)
        if count == len(data):
            damaged[start:] = rng.randbytes(len(data) - start)
        for _ in range(count if count < len(data) else 0):
            damaged[rng.randrange(start, len(data))] = rng.randrange(256)
        if name in GRAPHS:
            # The length of the guide, without which the file would be refused.
            end = 4 + 4 * int.from_bytes(data[:4], "little")
            damaged[end : end + 4] = data[end : end + 4]
        try:
            ours = Lexicon(folder_with(tmp_path / "dictionary", name, bytes(damaged)))
        except AnalysisError as error:
            assert name in str(error)  # noqa: PT017
        else:
            opened += 1
            assert all(ours.parse_many(words))
    assert opened or name not in GRAPHS
    shutil.rmtree(tmp_path / "dictionary")
