"""Where the slots of a phrase or of a nearness meet in one text, as docs/scoring.md defines it.

Pure arithmetic over rising positions. It is written apart from the core's, to check it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

Places = Sequence[Sequence[int]]
"""For each slot the rising positions where one of its keys stands."""


def phrase(places: Places, offsets: Sequence[int], slop: int) -> list[tuple[int, int]]:
    """Return the smallest intervals that hold the slots in order, at least `offsets` apart.

    At most `slop` positions more than the offsets ask for lie between the first and the last.

    >>> phrase([[0, 3], [4, 9]], [0, 1], 0), phrase([[0, 3], [4, 9]], [0, 1], 9)
    ([(3, 4)], [(3, 4)])
    >>> phrase([[0], [2], [5]], [0, 1, 2], 3)
    [(0, 5)]
    """
    gaps = [after - before for before, after in pairwise(offsets)]
    longest = offsets[-1] - offsets[0] + slop
    found: list[tuple[int, int]] = []
    for end in places[-1]:
        start = end
        for gap, before in zip(reversed(gaps), reversed(places[:-1]), strict=True):
            at = bisect_right(before, start - gap)
            if at == 0:
                break
            start = before[at - 1]
        else:
            # What starts where an earlier interval starts holds that one.
            if not found or found[-1][0] != start:
                found.append((start, end))
    return [(start, end) for start, end in found if end - start <= longest]


def windows(places: Places, distance: int) -> list[tuple[int, ...]]:
    """Return for each smallest window the positions of the slots, no two at one position.

    >>> windows([[0, 6], [4]], 3), windows([[0], [0]], 5)
    ([(6, 4)], [])
    """
    everywhere = sorted(set().union(*places))
    found: list[tuple[int, ...]] = []
    first = 0
    for last, end in enumerate(everywhere):
        while end - everywhere[first] > distance:
            first += 1
        chosen = None
        while narrower := _assigned(places, everywhere[first : last + 1]):
            chosen = narrower
            first += 1
        if chosen is not None:
            found.append(chosen)
    return found


def _assigned(places: Places, inside: Sequence[int]) -> tuple[int, ...] | None:
    """Return a different position inside for each slot, or None (augmenting paths)."""
    owner: dict[int, int] = {}

    def place(slot: int, tried: set[int]) -> bool:
        for position in inside:
            if position in tried or position not in allowed[slot]:
                continue
            tried.add(position)
            if position not in owner or place(owner[position], tried):
                owner[position] = slot
                return True
        return False

    allowed = [set(positions) for positions in places]
    if not all(place(slot, set()) for slot in range(len(places))):
        return None
    by_slot = {slot: position for position, slot in owner.items()}
    return tuple(by_slot[slot] for slot in range(len(places)))
