"""How passages are shown: nothing of a text can reach HTML or a terminal as a command."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchlib.engines.native import choose
from searchlib.errors import QueryError
from searchlib.highlight.markup import Snippet, whole
from searchlib.highlight.passages import Mark, Marks, Passage, merged

TEXT = "Цена нефти < 60 $ & падает.\nГаз дорожает."
TWO = Snippet(
    TEXT,
    (Passage(5, 15, ((5, 10),), True, True), Passage(28, 41, ((28, 31),))),
)


def test_html() -> None:
    assert TWO.html() == "…<mark>нефти</mark> &lt; 60 … <mark>Газ</mark> дорожает."
    assert TWO.html(tag="b", separator=" <> ").startswith("…<b>нефти</b> &lt; 60 &lt;&gt; <b>Газ")


def test_plain_and_its_ranges() -> None:
    assert TWO.plain() == str(TWO) == "…нефти < 60 … Газ дорожает."
    assert [TWO.plain()[start:end] for start, end in TWO.ranges] == ["нефти", "Газ"]
    assert TWO.source_ranges == ((5, 10), (28, 31))


def test_the_last_passage_says_that_it_is_cut() -> None:
    assert Snippet(TEXT, (Passage(0, 10, (), False, True),)).plain() == "Цена нефти…"


def test_ansi_marks_each_match_and_nothing_else() -> None:
    pieces = re.split("(\x1b\\[[0-9;]*m)", TWO.ansi())
    assert pieces[0::2] == ["…", "нефти", " < 60 … ", "Газ", " дорожает."]
    assert len(set(pieces[1::2])) == 2


def test_no_control_character_of_a_text_reaches_the_terminal() -> None:
    text = "нефть \x1b[2J\x1b]0;title\x07 \x9b31m \r\b\x7f \u202eзаг конец"
    snippet = Snippet(text, (Passage(0, len(text), ((0, 5),)),))
    escapes = re.findall("\x1b.", snippet.ansi())
    assert escapes == ["\x1b[", "\x1b["]
    assert snippet.ansi().startswith("\x1b[")
    assert not re.search("[\x00-\x1a\x1c-\x1f\x7f-\x9f\u202e]", snippet.ansi())
    assert "\x1b" not in whole(text, ()).ansi()


def test_lines_are_joined_in_passages_and_kept_in_the_whole() -> None:
    marks = Marks((Mark(28, 31, 0, 1.0, 1.0),), ((0, True), (28, False)))
    snippet = Snippet(TEXT, choose(TEXT, marks, fragments=1, length=100))
    assert snippet.plain() == TEXT.replace("\n", " ")
    shown = whole(TEXT, ((28, 31),))
    assert shown.plain() == TEXT
    assert shown.html() == html.escape(TEXT).replace("Газ", "<mark>Газ</mark>")
    assert shown.ranges == shown.source_ranges == ((28, 31),)


def test_an_empty_text() -> None:
    for snippet in (whole("", ()), Snippet("", ())):
        assert snippet.plain() == snippet.html() == snippet.ansi() == ""
        assert snippet.ranges == snippet.source_ranges == ()


@pytest.mark.parametrize("tag", ["", "b onclick=x", "b>", "<b>", "1b", "б", "b\n", None, 1])
def test_a_tag_is_a_name(tag: Any) -> None:
    with pytest.raises(QueryError, match="tag"):
        TWO.html(tag)


@settings(max_examples=400, deadline=None)
@given(
    st.text("абв <>&\"'.\n\r\t\x1b\x00\u2028…", max_size=80),
    st.lists(st.tuples(st.integers(0, 79), st.integers(1, 9), st.integers(0, 3)), max_size=9),
    st.integers(1, 4),
    st.integers(1, 40),
)
def test_all_ways_to_show_agree(
    text: str, spans: list[tuple[int, int, int]], fragments: int, length: int
) -> None:
    marks = Marks(
        tuple(
            Mark(start, min(start + size, len(text)), clause, 1.0, 1.0)
            for start, size, clause in sorted(spans)
            if start < len(text)
        ),
        tuple((at + 1, False) for at, char in enumerate(text) if char == "."),
    )
    chosen = Snippet(text, choose(text, marks, fragments=fragments, length=length))
    ranges = merged(sorted(marks.marks, key=lambda mark: (mark.start, -mark.end)))
    for snippet in (chosen, whole(text, ranges)):
        plain = snippet.plain()
        assert html.unescape(re.sub("</?mark>", "", snippet.html())) == plain
        assert re.sub("\x1b\\[[0-9;]*m", "", snippet.ansi()) == plain
        assert len(snippet.ranges) == len(snippet.source_ranges)
        for (start, end), (low, high) in zip(snippet.ranges, snippet.source_ranges, strict=True):
            # One character for one: only what may not be shown is a space.
            assert end - start == high - low
            for seen, written in zip(plain[start:end], text[low:high], strict=True):
                assert seen == written or (seen == " " and not written.isprintable())
        found = re.findall("<mark>(.*?)</mark>", snippet.html(), re.DOTALL)
        assert [html.unescape(piece) for piece in found] == [
            plain[start:end] for start, end in snippet.ranges
        ]
