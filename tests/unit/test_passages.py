"""Which passages are chosen: by hand on Russian texts, and what must hold of any text and marks."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from searchlib.engines.native import choose
from searchlib.errors import QueryError
from searchlib.highlight.passages import Mark, Marks, Passage, merged
from tests.unit import plain_borders as borders
from tests.unit import plain_passages

NEWS = (
    "Танкеры стоят у причала. Перевозка нефти морем подорожала на треть. "
    "Погода в порту ясная. Железная дорога берёт дороже.\n"
    "Нефть в цистернах возят зимой. Летом перевозка нефти по рекам дешевле."
)


def sentences(text: str) -> tuple[tuple[int, bool], ...]:
    """Cut after a full stop with white space; a paragraph begins after a line break."""
    starts = [0, *(found.end() for found in re.finditer(r"(?<=[.!?])\s+", text))]
    return tuple((at, at == 0 or "\n" in text[at - 1 : at]) for at in starts if at < len(text))


def marked(text: str, *clauses: str, weights: tuple[float, ...] = ()) -> Marks:
    """Mark what the pattern of each clause finds."""
    marks = [
        Mark(found.start(), found.end(), number, weights[number] if weights else 1.0, 1.0)
        for number, clause in enumerate(clauses)
        for found in re.finditer(clause, text, re.IGNORECASE)
    ]
    marks.sort(key=lambda mark: (mark.start, mark.end))
    return Marks(tuple(marks), sentences(text))


def shown(text: str, marks: Marks, *, fragments: int = 1, length: int = 80) -> list[str]:
    return [
        ("…" if passage.cut_start else "")
        + text[passage.start : passage.end]
        + ("…" if passage.cut_end else "")
        for passage in choose(text, marks, fragments=fragments, length=length)
    ]


@pytest.mark.parametrize(
    ("clauses", "length", "expected"),
    [
        # All clauses in one sentence win over the same words apart.
        ((r"перевозк\w+", r"нефт\w+", "морем"), 60, "Перевозка нефти морем подорожала на треть."),
        ((r"рек\w+",), 60, "Летом перевозка нефти по рекам дешевле."),
        # The earliest of equals.
        ((r"перевозк\w+",), 42, "Перевозка нефти морем подорожала на треть."),
        # A neighbour with another clause comes in when both fit.
        (
            (r"дорог\w\b", r"цистерн\w+"),
            70,
            "Железная дорога берёт дороже.\nНефть в цистернах возят зимой.",
        ),
        # A short sentence brings the next one along, a long one does not.
        (
            (r"танкер\w+",),
            100,
            "Танкеры стоят у причала. Перевозка нефти морем подорожала на треть.",
        ),
        (("рекам",), 160, "Нефть в цистернах возят зимой. Летом перевозка нефти по рекам дешевле."),
        # A sentence too long is cut at words around its mark.
        (("морем",), 20, "…нефти морем…"),
        (("танкеры",), 18, "Танкеры стоят у…"),
        (("треть",), 20, "…подорожала на треть."),
        (("подорожала",), 5, "…подор…"),
        ((r"перевозка нефти морем",), 25, "Перевозка нефти морем…"),
        ((r"перевозка нефти морем",), 18, "Перевозка нефти…"),
    ],
)
def test_the_best_passage(clauses: tuple[str, ...], length: int, expected: str) -> None:
    assert shown(NEWS, marked(NEWS, *clauses), length=length) == [expected]


def test_the_second_passage_prefers_what_the_first_does_not_show() -> None:
    found = marked(NEWS, r"перевозк\w+", r"нефт\w+", "ясная", weights=(2.0, 2.0, 1.0))
    assert shown(NEWS, found, fragments=2, length=42) == [
        "Перевозка нефти морем подорожала на треть.",
        "Погода в порту ясная.",
    ]


def test_a_rare_clause_wins_over_a_frequent_one() -> None:
    found = marked(NEWS, "порту", r"цистерн\w+", weights=(1.0, 3.0))
    assert shown(NEWS, found, length=35) == ["Нефть в цистернах возят зимой."]


def test_a_form_of_full_share_wins_over_an_earlier_unlikely_one() -> None:
    text = "Стали выходить газеты. Завод выпустил тонну стали."
    marks = (Mark(0, 5, 0, 1.0, 0.1), Mark(44, 49, 0, 1.0, 0.9))
    assert text[44:49] == "стали"
    assert shown(text, Marks(marks, sentences(text)), length=28) == ["Завод выпустил тонну стали."]


def test_a_clause_counts_for_the_best_of_its_marks() -> None:
    text = "Газ горит. Сталь стали льют. Мягкая сталь."
    marks = (Mark(0, 3, 0, 1.0, 0.5), Mark(11, 16, 0, 1.0, 0.2), Mark(17, 22, 0, 1.0, 0.9))
    assert shown(text, Marks(marks, sentences(text)), length=18) == ["Сталь стали льют."]


def test_words_side_by_side_win_over_the_same_words_apart() -> None:
    text = (
        "Нефть, как все давно знают, в порту лежит. Дальше скучно и пусто. Вся нефть порту нужна."
    )
    assert shown(text, marked(text, "нефть", "порту"), length=45)[0].startswith("Вся нефть порту")


def test_neighbouring_words_stay_two_ranges_and_a_phrase_is_one() -> None:
    words = choose(NEWS, marked(NEWS, "перевозка", "нефти"), fragments=1, length=50)
    phrase = choose(NEWS, marked(NEWS, "перевозка нефти"), fragments=1, length=50)
    assert words[0].ranges == ((25, 34), (35, 40))
    assert phrase[0].ranges == ((25, 40),)


def test_overlapping_marks_are_one_range_and_touching_ones_two() -> None:
    marks = [Mark(0, 9, 0, 1.0, 1.0), Mark(4, 6, 1, 1.0, 1.0), Mark(9, 12, 2, 1.0, 1.0)]
    assert merged(marks) == ((0, 9), (9, 12))


def test_a_phrase_across_sentences_is_not_torn() -> None:
    text = "Тут пусто. Добыли нефть. Газ сожгли. Тут тоже пусто."
    assert shown(text, marked(text, r"нефть\. газ"), length=26) == ["Добыли нефть. Газ сожгли."]
    assert shown(text, marked(text, r"нефть\. газ"), length=12) == ["…нефть. Газ…"]


@pytest.mark.parametrize(
    ("text", "length", "expected"),
    [
        ("Первое. Второе. Третье.", 17, ["Первое. Второе."]),
        (" \n Первое длинное предложение.", 15, ["Первое длинное…"]),
        ("Абвгдежзик", 4, ["Абвг…"]),
        ("й́ц", 1, ["й́…"]),
        # Nothing stands before a space that bears an accent, so nothing is cut off there.
        ("\n \u0306б", 3, [" \u0306б"]),
        ("", 10, []),
        (" \n\t", 10, []),
    ],
)
def test_the_lead_without_marks(text: str, length: int, expected: list[str]) -> None:
    assert shown(text, Marks((), sentences(text)), length=length, fragments=3) == expected


def test_no_sentences_at_all() -> None:
    marks = Marks((Mark(11, 15, 0, 1.0, 1.0),), ())
    assert shown("вода земля небо огонь", marks, length=15) == ["…небо огонь"]
    assert shown("вода земля небо огонь", marks, length=21) == ["вода земля небо огонь"]


def test_a_text_without_spaces_is_cut_between_clusters() -> None:
    text = "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 20
    (passage,) = choose(text, Marks((Mark(50, 55, 0, 1.0, 1.0),), ()), fragments=1, length=22)
    assert (passage.start, passage.end) == (45, 65)


@pytest.mark.parametrize(
    "bad",
    [
        *({"fragments": number} for number in (0, -1, True, 2.0, "2", None)),
        *({"length": number} for number in (0, -5, True, 24.0, "24", None)),
    ],
)
def test_what_is_no_whole_number_from_one_on_is_refused(bad: dict[str, Any]) -> None:
    arguments: dict[str, Any] = {"fragments": 1, "length": 10} | bad
    for text in (NEWS, ""):
        with pytest.raises(QueryError, match=next(iter(bad))):
            choose(text, Marks((), ()), **arguments)


@pytest.mark.parametrize("span", [(3, 3), (5, 4), (-1, 2), (0, 100), (50, 60)])
def test_marks_of_another_text_are_refused(span: tuple[int, int]) -> None:
    with pytest.raises(QueryError, match="does not lie in a text of 5"):
        choose("нефть", Marks((Mark(*span, 0, 1.0, 1.0),), ()), fragments=1, length=10)


WORD = st.text("абвий\u0306ё-", min_size=1, max_size=9).filter(lambda word: word[0] != "\u0306")
GAP = st.sampled_from([" ", " ", " ", ". ", ".\n", "  ", "\r\n\r\n", "\u00a0", ", «"])


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, Marks]:
    """Words with any gaps between; marks of words and phrases; sentences at some words."""
    text = draw(st.sampled_from(["", " ", "\n\n"]))
    spans = []
    for word in draw(st.lists(WORD, max_size=25)):
        spans.append((len(text), len(text) + len(word)))
        text += word + draw(GAP)
    marks: list[Mark] = []
    if spans:
        numbers = st.integers(0, len(spans) - 1)
        for first, words, clause, weight in draw(
            st.lists(
                st.tuples(numbers, st.integers(0, 3), st.integers(0, 4), st.floats(0, 9)),
                max_size=12,
            )
        ):
            last = min(first + (words if clause == 0 else 0), len(spans) - 1)
            # Marks of one clause do not overlap: the engine sees to that.
            own = [mark for mark in marks if mark.clause == clause]
            if any(mark.start < spans[last][1] and spans[first][0] < mark.end for mark in own):
                continue
            marks.append(Mark(spans[first][0], spans[last][1], clause, weight, 1.0))
    starts = draw(st.sets(st.sampled_from([start for start, _ in spans]))) if spans else set()
    flags = draw(st.booleans())
    marks.sort(key=lambda mark: (mark.start, mark.end))
    return text, Marks(tuple(marks), tuple((start, flags) for start in sorted(starts)))


def word_of(text: str, place: int) -> tuple[int, int]:
    """Return the word across a place."""
    start = end = place
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return start, end


def check(text: str, marks: Marks, passages: tuple[Passage, ...], length: int) -> None:
    """Check what must hold of any passages."""
    ranges = merged(sorted(marks.marks, key=lambda mark: (mark.start, -mark.end)))
    assert all(one.end <= other.start for one, other in pairwise(passages))
    for passage in passages:
        start, end = passage.start, passage.end
        assert 0 <= start < end <= len(text)
        assert not text[end - 1].isspace()
        assert not text[start].isspace()
        assert end - start <= max(length, borders.cluster_end(text, start) - start)
        assert not borders.glued(text, start)
        assert not borders.glued(text, end)
        inside = tuple(
            (max(low, start), min(high, end)) for low, high in ranges if low < end and high > start
        )
        assert passage.ranges == inside
        for low, high in ranges:
            if high - low <= length:
                assert not low < start < high
                assert not low < end < high


@settings(max_examples=500, deadline=None)
@given(texts(), st.integers(1, 6), st.integers(1, 90))
def test_the_core_chooses_what_the_plain_chooser_does(
    case: tuple[str, Marks], fragments: int, length: int
) -> None:
    text, marks = case
    sizes = {"fragments": fragments, "length": length}
    assert choose(text, marks, **sizes) == plain_passages.choose(text, marks, **sizes)


@settings(max_examples=300, deadline=None)
@given(texts(), st.integers(1, 6), st.integers(1, 90))
def test_what_holds_of_all_passages(case: tuple[str, Marks], fragments: int, length: int) -> None:
    text, marks = case
    passages = choose(text, marks, fragments=fragments, length=length)
    assert bool(passages) == bool(text.strip())
    assert len(passages) <= fragments
    check(text, marks, passages, length)
    if marks.marks:
        assert all(passage.ranges for passage in passages)


@settings(max_examples=200, deadline=None)
@given(texts(), st.integers(10, 60))
def test_words_are_cut_only_when_too_long(case: tuple[str, Marks], length: int) -> None:
    text, marks = case
    # Two phrases that share a word can leave no place that breaks neither a mark nor the word.
    assume(all(mark.end - mark.start <= 9 for mark in marks.marks))
    borders_of_sentences = {start for start, _ in marks.sentences}
    for passage in choose(text, marks, fragments=4, length=length):
        for place in {passage.start, passage.end} - borders_of_sentences:
            start, end = word_of(text, place)
            assert not start < place < end or end - start > length


@settings(max_examples=300, deadline=None)
@given(texts(), st.integers(1, 90))
def test_sentences_that_fit_stay_whole(case: tuple[str, Marks], length: int) -> None:
    text, marks = case
    starts = sorted({0, *(start for start, _ in marks.sentences)})
    spans = [
        borders.strip(text, start, end)
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True)
    ]
    ranges = merged(marks.marks)
    torn = any(low < start < high for start in starts for low, high in ranges)
    assume(not torn)
    for passage in choose(text, marks, fragments=3, length=length):
        begins = next(span for span in spans if span[0] <= passage.start < span[1])
        ends = next(span for span in spans if span[0] < passage.end <= span[1])
        assert passage.cut_start == (begins[0] < passage.start)
        assert passage.cut_end == (passage.end < ends[1])
        assert not passage.cut_start or begins[1] - begins[0] > length
        assert not passage.cut_end or ends[1] - ends[0] > length


@settings(max_examples=300, deadline=None)
@given(texts(), st.integers(10, 90))
def test_no_sentence_has_more_clauses_than_the_best_passage(
    case: tuple[str, Marks], length: int
) -> None:
    text, marks = case
    plain = [Mark(mark.start, mark.end, mark.clause, 1.0, 1.0) for mark in marks.marks]
    found = Marks(tuple(plain), marks.sentences)
    assume(plain)
    assume(all(high - low <= length for low, high in merged(plain)))
    (best,) = choose(text, found, fragments=1, length=length)

    def clauses(start: int, end: int) -> int:
        return len({mark.clause for mark in plain if start <= mark.start and mark.end <= end})

    starts = sorted({0, *(start for start, _ in marks.sentences)})
    for start, past in zip(starts, [*starts[1:], len(text)], strict=True):
        begins, ends = borders.strip(text, start, past)
        if ends - begins <= length:
            # Closeness and repetition together are worth less than a third of a clause more.
            assert clauses(begins, ends) <= 1.32 * clauses(best.start, best.end)


@settings(max_examples=300, deadline=None)
@given(
    st.text("аб \n.\u0306\U0001f1f7\u200d\U0001f468\r\u0e01\u0e33-_\x1c", max_size=60),
    st.lists(st.tuples(st.integers(0, 59), st.integers(1, 20), st.integers(0, 3)), max_size=12),
    st.lists(st.integers(0, 60), max_size=6),
    st.integers(1, 4),
    st.integers(1, 30),
)
def test_marks_in_odd_places_never_fail(
    text: str,
    spans: list[tuple[int, int, int]],
    starts: list[int],
    fragments: int,
    length: int,
) -> None:
    marks = tuple(
        Mark(start, min(start + size, len(text)), clause, 1.0, 1.0)
        for start, size, clause in sorted(spans)
        if start < len(text)
    )
    found = Marks(marks, tuple((start, True) for start in sorted(starts)))
    chosen = choose(text, found, fragments=fragments, length=length)
    assert chosen == plain_passages.choose(text, found, fragments=fragments, length=length)
    before = 0
    for passage in chosen:
        assert before <= passage.start < passage.end <= len(text)
        assert all(passage.start <= low < high <= passage.end for low, high in passage.ranges)
        before = passage.end


@pytest.mark.parametrize(
    ("unit", "size", "length", "fragments", "expected"),
    [
        ("нефть и газ везут по морю. ", 2_000_000, 240, 3, 3),
        ("нефть и газ везут по морю. ", 1_000_000, 240, 2000, 2000),
        ("нефть и газ везут по морю. ", 1_000_000, 10**9, 2, 1),
        ("нефть и газ везут по морю ", 1_000_000, 240, 2000, 2000),
        ("нефть и газ везут по морю ", 1_000_000, 600_000, 2, 2),
        ("нефть-газ-морем", 500_000, 100, 500, 500),
        ("нефть.газ\n", 500_000, 1, 500, 500),
    ],
)
def test_a_long_text_full_of_marks(
    unit: str, size: int, length: int, fragments: int, expected: int
) -> None:
    """Would not end with any work that grows with the square of the marks."""
    text = unit * (size // len(unit))
    marks = tuple(
        Mark(found.start(), found.end(), number % 7, 1.0, 1.0)
        for number, found in enumerate(re.finditer("нефть|газ", text))
    )
    found = Marks(marks, sentences(text))
    passages = choose(text, found, fragments=fragments, length=length)
    assert len(passages) == expected
    for passage in passages[:50]:
        assert passage.ranges
        assert passage.end - passage.start <= length


@pytest.mark.parametrize("lead", ["", "слово "])
def test_white_space_without_end_is_passed_over_at_once(lead: str) -> None:
    """Would take a minute with a step for each space and passage."""
    space = " \n" * 2_000_000
    text = lead + space + "нефть и газ " * 1000 + space
    marks = tuple(
        Mark(found.start(), found.end(), 0, 1.0, 1.0) for found in re.finditer("нефть", text)
    )
    passages = choose(text, Marks(marks, ()), fragments=500, length=24)
    assert len(passages) == 500
    assert passages[0].cut_start == bool(lead)
    assert [passage.cut_end for passage in passages] == [True] * 499 + [False]
    assert whole_words(text, passages) == {"нефть", "и", "газ"}


def whole_words(text: str, passages: tuple[Passage, ...]) -> set[str]:
    return {word for passage in passages for word in text[passage.start : passage.end].split()}
