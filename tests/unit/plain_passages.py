"""The chooser of passages once more, in Python: the core is compared with it.

The text falls into blocks: its sentences, those taken together that a phrase runs across. What a
passage may not break is an atom: a block with marks that fits, or, in a block that does not fit, a
mark with the words it stands in. A window is a run of atoms that fits. Windows are taken greedily
from a heap; their scores only fall (clauses get shown, passages take atoms away), so a stale one
is scored anew only when it comes up.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import fsum

from searchlib.highlight.passages import Mark, Marks, Passage, merged
from tests.unit import plain_borders as borders

_REPETITION = 0.1
"""What a clause gains by standing in a passage again and again: half the second time, and so on."""
_TIMES = tuple(1.0 + _REPETITION * (1.0 - 0.5**again) for again in range(50))
_CLOSENESS = 0.2
"""What a mark gains by standing right beside a mark of another clause."""
_GAP = 20.0
"""The code points between two marks, about three words, that halve that gain."""
_SHOWN = 0.1
"""What a clause still counts for when an earlier passage shows it."""
_EVERY_START = 2000
"""Up to so many marks every atom begins a window; above, one in each eighth of `length` does.

That bounds the work by a multiple of the marks, however many of them fit into one window.
"""


def choose(text: str, marks: Marks, *, fragments: int, length: int) -> tuple[Passage, ...]:
    """Return what `searchlib.engines.native.choose` should, for marks inside the text."""
    return tuple(_Chooser(text, marks, length).passages(fragments))


@dataclass(slots=True)
class _Atom:
    """A span with marks[first:past]. Only atoms of one `group` share a window.

    The group is -1 for whole blocks, else the block that it is cut from.
    """

    start: int
    end: int
    group: int
    first: int
    past: int


class _Blocks:
    """A text as sentences, and as the blocks that no range runs across."""

    def __init__(self, text: str, marks: Marks, ranges: Sequence[tuple[int, int]]) -> None:
        self.text = text
        # What stands before the first sentence belongs to it.
        begins = {0: True} | {at: flag for at, flag in marks.sentences if 0 < at < len(text)}
        self.sentences = sorted(begins)
        self.starts: list[int] = []
        at = 0
        for start in self.sentences:
            while at < len(ranges) and ranges[at][1] <= start:
                at += 1
            if at == len(ranges) or start <= ranges[at][0]:
                self.starts.append(start)
        self.paragraphs = {start for start, flag in begins.items() if flag}
        self.spans: dict[int, tuple[int, int]] = {}

    def at(self, place: int) -> int:
        """Return the number of the block of a place."""
        return bisect_right(self.starts, place) - 1

    def border(self, block: int) -> int:
        """Return where the next block begins."""
        return self.starts[block + 1] if block + 1 < len(self.starts) else len(self.text)

    def span(self, block: int) -> tuple[int, int]:
        """Return the span of a block without the white space around it."""
        found = self.spans.get(block)
        if found is None:
            found = borders.strip(self.text, self.starts[block], self.border(block))
            self.spans[block] = found
        return found

    def cuts(self, start: int, end: int) -> tuple[bool, bool]:
        """Return whether a sentence goes on before `start`, and after `end`."""
        first = bisect_right(self.sentences, start) - 1
        past = bisect_right(self.sentences, end - 1)
        begins = max(self.sentences[first], self.span(self.at(start))[0])
        border = self.sentences[past] if past < len(self.sentences) else len(self.text)
        return (
            not borders.is_blank(self.text, begins, start),
            not borders.is_blank(self.text, end, border),
        )


class _Chooser:
    def __init__(self, text: str, marks: Marks, length: int) -> None:
        self.text = text
        self.length = length
        self.marks = sorted(marks.marks, key=lambda mark: (mark.start, -mark.end))
        self.mark_starts = [mark.start for mark in self.marks]
        self.ranges = merged(self.marks)
        self.range_starts = [start for start, _ in self.ranges]
        self.blocks = _Blocks(text, marks, self.ranges)
        self.values = [
            (mark.clause, worth)
            for mark, worth in zip(self.marks, _worths(self.marks), strict=True)
        ]
        self.atoms = list(self._atoms())
        self.atom_starts = [atom.start for atom in self.atoms]
        self.shown: set[int] = set()
        self.chosen: list[Passage] = []

    def passages(self, count: int) -> list[Passage]:
        heap = [self._entry(first, past) for first, past in self._windows()]
        heapq.heapify(heap)
        while heap and len(self.chosen) < count:
            _, _, first, past, shown = heapq.heappop(heap)
            passage = self._overlapped(first, past)
            if passage is not None:
                for part in self._beside(first, past, passage):
                    heapq.heappush(heap, self._entry(*part))
            elif shown != len(self.shown):
                heapq.heappush(heap, self._entry(first, past))
            else:
                self._take(first, past)
        return self.chosen or self._lead()

    def _atoms(self) -> Iterator[_Atom]:
        at = mark = 0
        while at < len(self.ranges):
            block = self.blocks.at(self.ranges[at][0])
            start, end = self.blocks.span(block)
            past = bisect_left(self.range_starts, self.blocks.border(block), lo=at)
            last = bisect_left(self.mark_starts, self.blocks.border(block), lo=mark)
            if end - start <= self.length:
                yield _Atom(start, end, -1, mark, last)
            else:
                yield from self._cut_atoms(block, start, end, range(at, past), mark)
            at, mark = past, last

    def _cut_atoms(
        self, block: int, start: int, end: int, numbers: range, mark: int
    ) -> list[_Atom]:
        """Return the ranges of a block that does not fit, each with its first and last word."""
        atoms: list[_Atom] = []
        # The last word looked at. Scans never pass it backwards, so together they read a text once.
        word_start = word_end = start
        for number in numbers:
            low, high = self.ranges[number]
            if low >= word_end:
                word_start = _word_start(self.text, word_end, low)
            wide_start = word_start
            if high > word_end:
                last_start = _word_start(self.text, low, high)
                word_start = wide_start if last_start == low else last_start
                word_end = high
                while word_end < end and not self.text[word_end].isspace():
                    word_end += 1
            if word_end - wide_start <= self.length:
                low, high = wide_start, word_end
            following = number + 1
            past = bisect_left(
                self.mark_starts,
                self.ranges[following][0]
                if following < numbers.stop
                else self.blocks.border(block),
                lo=mark,
            )
            before = atoms[-1] if atoms else None
            if before is None or before.end <= low:
                atoms.append(_Atom(low, high, block, mark, past))
            elif high - before.start <= self.length:
                before.end, before.past = max(before.end, high), past
            else:
                # Both want the word between them, which no passage can then show whole.
                before.end = min(before.end, self.ranges[number][0])
                atoms.append(_Atom(before.end, high, block, mark, past))
            mark = past
        return atoms

    def _windows(self) -> Iterator[tuple[int, int]]:
        step = 1 if len(self.marks) <= _EVERY_START else max(1, self.length // 8)
        past = 0
        before = None
        for first, atom in enumerate(self.atoms):
            past = max(past, first + 1)
            while (
                past < len(self.atoms)
                and self.atoms[past].group == atom.group
                and self.atoms[past].end - atom.start <= self.length
            ):
                past += 1
            stripe = (atom.group, atom.start // step)
            if stripe != before:
                yield first, past
            before = stripe

    def _entry(self, first: int, past: int) -> tuple[float, int, int, int, int]:
        """Return a window for the heap: the best score first, then the earliest."""
        best: dict[int, float] = {}
        again: dict[int, int] = {}
        for clause, worth in self.values[self.atoms[first].first : self.atoms[past - 1].past]:
            if clause not in best:
                best[clause] = worth
                again[clause] = 0
            else:
                again[clause] += 1
                if worth > best[clause]:
                    best[clause] = worth
        last = len(_TIMES) - 1
        # An exact sum, so that the order of the clauses cannot make equal windows differ.
        score = fsum(
            [
                worth * _TIMES[min(again[clause], last)] * (_SHOWN if clause in self.shown else 1.0)
                for clause, worth in best.items()
            ]
        )
        return -score, self.atom_starts[first], first, past, len(self.shown)

    def _place(self, start: int) -> int:
        return bisect_left(self.chosen, start, key=lambda passage: passage.start)

    def _overlapped(self, first: int, past: int) -> Passage | None:
        at = self._place(self.atoms[past - 1].end) - 1
        if at >= 0 and self.chosen[at].end > self.atom_starts[first]:
            return self.chosen[at]
        return None

    def _beside(self, first: int, past: int, passage: Passage) -> Iterator[tuple[int, int]]:
        """Yield what a passage leaves of a window: the atoms before and those after it."""
        left = bisect_left(self.atom_starts, passage.start, first, past)
        if left > first and self.atoms[left - 1].end > passage.start:
            left -= 1
        right = bisect_left(self.atom_starts, passage.end, first, past)
        if first < left:
            yield first, left
        if right < past:
            yield right, past

    def _take(self, first: int, past: int) -> None:
        """Make a passage of a window and what stands around it, up to the passages beside it."""
        atom = self.atoms[first]
        at = self._place(atom.start)
        low = self.chosen[at - 1].end if at > 0 else 0
        high = self.chosen[at].start if at < len(self.chosen) else len(self.text)
        if atom.group < 0:
            start, end = self._with_neighbours(atom.start, self.atoms[past - 1].end, low, high)
        elif atom.end - atom.start > self.length:
            start, end = atom.start, min(self._clipped(atom.start), high)
        else:
            start, end = self._around(first, past, low, high)
        start, end = borders.strip(self.text, start, end)
        if start == end:
            return
        self.chosen.insert(
            at, Passage(start, end, self._ranges(start, end), *self.blocks.cuts(start, end))
        )
        inside = range(bisect_left(self.mark_starts, start), bisect_left(self.mark_starts, end))
        self.shown |= {self.marks[number].clause for number in inside}

    def _ranges(self, start: int, end: int) -> tuple[tuple[int, int], ...]:
        at = bisect_left(self.range_starts, start)
        if at > 0 and self.ranges[at - 1][1] > start:
            at -= 1
        past = bisect_left(self.range_starts, end)
        return tuple((max(low, start), min(high, end)) for low, high in self.ranges[at:past])

    def _with_neighbours(self, start: int, end: int, low: int, high: int) -> tuple[int, int]:
        """Add sentences without marks to a short passage: the next ones, else those before it.

        A passage of half the length or more says enough by itself. What stands before it is of
        value only in its own paragraph.
        """
        top, bottom = self.blocks.at(start), self.blocks.at(end - 1)
        while end - start < self.length // 2:
            if bottom + 1 < len(self.blocks.starts):
                _, further = self.blocks.span(bottom + 1)
                if further - start <= self.length and further <= high:
                    bottom, end = bottom + 1, max(end, further)
                    continue
            if top > 0 and self.blocks.starts[top] not in self.blocks.paragraphs:
                earlier, _ = self.blocks.span(top - 1)
                if end - earlier <= self.length and earlier >= low:
                    top, start = top - 1, min(start, earlier)
                    continue
            break
        return start, end

    def _around(self, first: int, past: int, low: int, high: int) -> tuple[int, int]:
        """Add the words around a window in a sentence too long, as many on both sides."""
        group = self.atoms[first].group
        start, end = self.atoms[first].start, self.atoms[past - 1].end
        begins, ends = self.blocks.span(group)
        begins, ends = max(begins, low), min(ends, high)
        room = self.length - (end - start)
        after = min(room - min(room // 2, start - begins), ends - end)
        left = max(begins, start - (room - after))
        while first > 0 and self.atoms[first - 1].group == group:
            before = self.atoms[first - 1]
            if before.start < left:
                left = max(left, before.end)
                break
            first -= 1
        if left > begins:
            left = borders.cut_start(self.text, left, self.atoms[first].start)
        right = min(ends, left + self.length)
        while past < len(self.atoms) and self.atoms[past].group == group:
            if self.atoms[past].end > right:
                right = min(right, self.atoms[past].start)
                break
            past += 1
        if right < ends:
            right = borders.cut_end(self.text, self.atoms[past - 1].end, right)
        return left, right

    def _clipped(self, start: int) -> int:
        """Return where to end a piece that begins at `start` and does not fit."""
        floor = borders.cluster_end(self.text, start)
        limit = start + self.length
        return floor if floor >= limit else borders.cut_end(self.text, floor, limit)

    def _lead(self) -> list[Passage]:
        start, past = borders.strip(self.text, 0, len(self.text))
        if start == past:
            return []
        block = self.blocks.at(start)
        _, end = self.blocks.span(block)
        if not start < end <= start + self.length:
            end = self._clipped(start)
        while block + 1 < len(self.blocks.starts):
            block += 1
            _, further = self.blocks.span(block)
            if further - start > self.length:
                break
            end = max(end, further)
        start, end = borders.strip(self.text, start, end)
        return [Passage(start, end, self._ranges(start, end), *self.blocks.cuts(start, end))]


def _worths(marks: Sequence[Mark]) -> list[float]:
    """Return of each mark its weight, more beside a mark of another clause."""
    near = [0.0] * len(marks)
    previous = other = -1
    for number, mark in enumerate(marks):
        if previous >= 0 and marks[previous].clause != mark.clause:
            other = previous
        if other >= 0:
            gap = max(0, mark.start - marks[other].end)
            closeness = 1.0 / (1.0 + gap / _GAP)
            near[number] = max(near[number], closeness)
            near[other] = max(near[other], closeness)
        previous = number
    return [
        mark.weight * mark.share * (1.0 + _CLOSENESS * closeness)
        for mark, closeness in zip(marks, near, strict=True)
    ]


def _word_start(text: str, low: int, place: int) -> int:
    """Return the start of the word that reaches `place`, not before `low`."""
    while place > low and not text[place - 1].isspace():
        place -= 1
    return place
