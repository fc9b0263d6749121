"""Which passages of a text show best why it was found.

Works on marks and sentence starts alone: it knows no engine, no query and no analysis. All places
are code points. A passage is whole sentences where they fit, and a piece of a sentence around its
marks where it does not.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from searchlib.errors import QueryError
from searchlib.highlight import borders

_REPEATED = 0.1
"""What a clause counts for each time it stands in the passage once more, up to three times."""
_SHOWN = 0.3
"""What a clause counts for that a chosen passage shows already."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place that the query matches. A phrase is one mark.

    `clause` is the part of the query, `weight` its idf times its boost, `share` what the matched
    key counts for (1 for the form asked for, less for an unlikely reading of it).
    """

    start: int
    end: int
    clause: int
    weight: float
    share: float


@dataclass(frozen=True, slots=True)
class Marks:
    """All marks of a text by start, and its sentences' starts (and whether of a paragraph)."""

    marks: tuple[Mark, ...]
    sentences: tuple[tuple[int, bool], ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """`text[start:end]`, the ranges to mark, and whether it begins or ends inside a sentence."""

    start: int
    end: int
    ranges: tuple[tuple[int, int], ...]
    cut_start: bool = False
    cut_end: bool = False


def choose(text: str, marks: Marks, *, fragments: int, length: int) -> tuple[Passage, ...]:
    """Return up to `fragments` passages of at most `length` code points, in order of the text.

    The best is the one with the most weight of different clauses; the next ones prefer clauses not
    shown yet. Without any mark it is the beginning of the text. Raises QueryError for numbers
    below 1.

    >>> found = Marks((Mark(14, 19, 0, 1.0, 1.0),), ((0, True), (8, False)))
    >>> [text[p.start:p.end] for text in ["Привет. Нашли нефть."]
    ...  for p in choose(text, found, fragments=1, length=15)]
    ['Нашли нефть.']
    """
    for name, value in (("fragments", fragments), ("length", length)):
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise QueryError(f"{name} of a snippet is a whole number from 1 on, not {value!r}")
    layout = _Layout(text, marks, length)
    chosen = _best(layout, fragments)
    if not chosen:
        lead = layout.lead()
        return () if lead is None else (lead,)
    return tuple(layout.passage(window, taken=chosen) for window in chosen)


def merged(marks: Sequence[Mark]) -> tuple[tuple[int, int], ...]:
    """Return the ranges of marks, overlapping ones as one."""
    ranges: list[tuple[int, int]] = []
    for mark in marks:
        if ranges and mark.start < ranges[-1][1]:
            ranges[-1] = (ranges[-1][0], max(ranges[-1][1], mark.end))
        else:
            ranges.append((mark.start, mark.end))
    return tuple(ranges)


@dataclass(frozen=True, slots=True, order=True)
class _Window:
    """A candidate: what it spans at least, its marks, and whether it is made of whole sentences."""

    start: int
    end: int
    first: int
    last: int
    whole: bool


class _Layout:
    """A text cut into sentences, with its marks in order."""

    def __init__(self, text: str, marks: Marks, length: int) -> None:
        self.text = text
        self.length = length
        self.marks = sorted(marks.marks, key=lambda mark: (mark.start, -mark.end))
        self.begins = [mark.start for mark in self.marks]
        # What stands before the first sentence belongs to it.
        self.starts = [0, *(start for start, _ in marks.sentences if 0 < start < len(text))]

    def sentence(self, place: int) -> int:
        return bisect_right(self.starts, place) - 1

    def span(self, first: int, last: int) -> tuple[int, int]:
        """The span of sentences, without the white space around it."""
        end = self.starts[last + 1] if last + 1 < len(self.starts) else len(self.text)
        return borders.strip(self.text, self.starts[first], end)

    def windows(self) -> Iterator[_Window]:
        """Yield the candidates: one a sentence with marks, or one a mark in a long sentence."""
        at = 0
        while at < len(self.marks):
            sentence = self.sentence(self.marks[at].start)
            start, end = self.span(sentence, sentence)
            after = bisect_left(self.begins, end, lo=at)
            if after == at:
                # A mark of nothing but white space at the end of a sentence marks nothing.
                at += 1
                continue
            fits = all(mark.end <= end for mark in self.marks[at:after])
            if end - start <= self.length and fits:
                yield self._grown(sentence, start, end, at, after)
            else:
                yield from self._pieces(at, after)
            at = after

    def _grown(self, sentence: int, start: int, end: int, first: int, last: int) -> _Window:
        """Take in the sentences with marks that follow, as long as all fit."""
        while last < len(self.marks):
            following = self.sentence(self.marks[last].start)
            _, further = self.span(sentence, following)
            after = bisect_left(self.begins, further, lo=last)
            inside = all(mark.end <= further for mark in self.marks[last:after])
            if further - start > self.length or not inside or after == last:
                break
            end, last = further, after
        return _Window(start, end, first, last, True)

    def _pieces(self, first: int, last: int) -> Iterator[_Window]:
        """From each mark as many as fit after it."""
        end = first
        for at in range(first, last):
            end = max(end, at + 1)
            start = self.marks[at].start
            while end < last and self.marks[end].end - start <= self.length:
                end += 1
            yield _Window(start, max(mark.end for mark in self.marks[at:end]), at, end, False)

    def passage(self, window: _Window, *, taken: Sequence[_Window]) -> Passage:
        """Fill a window up with what stands around it, up to the passages beside it."""
        low = max((other.end for other in taken if other.end <= window.start), default=0)
        high = min(
            (other.start for other in taken if other.start >= window.end), default=len(self.text)
        )
        if window.whole:
            start, end = window.start, self._with_following(window, high)
            cut_start = cut_end = False
        else:
            start, end, cut_start, cut_end = self._around(window, low, high)
        inside = self.marks[bisect_left(self.begins, start) : bisect_left(self.begins, end)]
        ranges = merged([mark for mark in inside if mark.end <= end])
        return Passage(start, end, ranges, cut_start, cut_end)

    def _with_following(self, window: _Window, high: int) -> int:
        end = window.end
        following = self.sentence(end - 1) + 1
        while following < len(self.starts):
            _, further = self.span(following, following)
            if further - window.start > self.length or further > high:
                break
            end, following = max(end, further), following + 1
        return end

    def _around(self, window: _Window, low: int, high: int) -> tuple[int, int, bool, bool]:
        begins, _ = self.span(self.sentence(window.start), self.sentence(window.start))
        _, ends = self.span(self.sentence(window.end - 1), self.sentence(window.end - 1))
        begins, ends = max(begins, low), min(ends, high)
        room = max(0, self.length - (window.end - window.start))
        start = max(begins, window.start - room // 2)
        if start > begins:
            start = borders.cut_start(self.text, start, window.start)
        limit = max(window.end, start + self.length)
        end = ends if ends <= limit else borders.cut_end(self.text, window.end, limit)
        start, end = borders.strip(self.text, start, end)
        return start, max(end, window.end), start > begins, end < ends

    def lead(self) -> Passage | None:
        """The beginning of the text."""
        start, end = borders.strip(self.text, 0, len(self.text))
        if start == end:
            return None
        last = self.sentence(start)
        _, best = self.span(last, last)
        while (
            last + 1 < len(self.starts) and self.span(last + 1, last + 1)[1] - start <= self.length
        ):
            last += 1
            best = max(best, self.span(last, last)[1])
        if best - start <= self.length:
            return Passage(start, best, ())
        floor = borders.cluster_end(self.text, start)
        cut = borders.cut_end(self.text, floor, max(floor, start + self.length))
        _, cut = borders.strip(self.text, start, cut)
        return Passage(start, max(cut, floor), (), cut_end=cut < best)


def _best(layout: _Layout, fragments: int) -> list[_Window]:
    """Take the best window, then again and again the best of those that overlap none taken."""
    shown: set[int] = set()

    def score(window: _Window) -> float:
        counted: dict[int, tuple[float, int]] = {}
        for mark in layout.marks[window.first : window.last]:
            best, times = counted.get(mark.clause, (0.0, 0))
            counted[mark.clause] = (max(best, mark.weight * mark.share), times + 1)
        return sum(
            best * (1 + _REPEATED * min(times - 1, 3)) * (_SHOWN if clause in shown else 1.0)
            for clause, (best, times) in counted.items()
        )

    heap = [(-score(window), window) for window in layout.windows()]
    heapq.heapify(heap)
    chosen: list[_Window] = []
    while heap and len(chosen) < fragments:
        written, window = heapq.heappop(heap)
        at = bisect_left(chosen, window)
        if at > 0 and chosen[at - 1].end > window.start:
            continue
        if at < len(chosen) and chosen[at].start < window.end:
            continue
        # Scores only fall as clauses are shown, so one that still holds is the best.
        now = -score(window)
        if now > written and heap and now > heap[0][0]:
            heapq.heappush(heap, (now, window))
            continue
        chosen.insert(at, window)
        shown |= {mark.clause for mark in layout.marks[window.first : window.last]}
    return chosen
