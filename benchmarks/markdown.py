"""Figures as tables of Markdown, ready for `docs/performance.md`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.comparison import ratio, seconds
from benchmarks.speed import Row

_KINDS = {
    "word": ("one ",),
    "AND": ("AND, ",),
    "OR": ("OR, ",),
    "real questions": ("real questions",),
    "phrase": ("phrase ",),
}
"""What the issue of speed adds up, by how the names of the classes begin."""
_ATTRIBUTED = frozenset({"OR, two frequent, within a group", "one frequent word, sorted"})


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def speed(rows: Sequence[Row], systems: Sequence[str], ours: str) -> str:
    """Write times by system, in bold where a peer is faster than ours."""

    def cell(row: Row, name: str) -> str:
        if name not in row.seconds:
            return "-"
        shown, own = seconds(row.seconds[name]), row.seconds.get(ours)
        if name == ours or own is None:
            return shown
        times = ratio(row.seconds[name], own)
        return f"{shown} **{times}**" if row.seconds[name] < own else f"{shown} {times}"

    lines = []
    for row in rows:
        said = "; ".join(f"{name}: {verdict}" for name, verdict in row.differing.items())
        lines.append([row.what, *(cell(row, name) for name in systems), said or "equal"])
    return table(["", *systems, "scores"], lines)


def sums(rows: Sequence[Row], ours: Sequence[str], peers: Sequence[str]) -> str:
    """Write the time of each kind of query, its classes added up, beside the fastest peer's."""
    lines = []
    for kind, starts in _KINDS.items():
        members = [one for one in rows if one.what.startswith(starts) and _plain(one)]
        if not members:
            continue
        total = {
            name: sum(one.seconds[name] for one in members)
            for name in (*ours, *peers)
            if all(name in one.seconds for one in members)
        }
        fastest = min((name for name in peers if name in total), key=total.__getitem__, default="")
        if not fastest:
            continue
        shares = [_share(total[name], total[fastest]) if name in total else "-" for name in ours]
        times = [seconds(total[name]) if name in total else "-" for name in (*ours, *peers)]
        lines.append([kind, *times, fastest, *shares])
    header = ["sum of the classes", *ours, *peers, "fastest peer"]
    return table([*header, *(f"{name} to it" for name in ours)], lines)


def _plain(row: Row) -> bool:
    return row.what not in _ATTRIBUTED


def _share(own: float, other: float) -> str:
    """Write a time as a part of another; in bold where it is above nine tenths.

    >>> _share(0.5, 1.0), _share(0.95, 1.0)
    ('0.50', '**0.95**')
    """
    return f"{own / other:.2f}" if own <= 0.9 * other else f"**{own / other:.2f}**"


def by_number(found: Mapping[str, Mapping[str, float]], unit: str) -> str:
    """Write times by some number, the last as a multiple of the first."""
    numbers = list(next(iter(found.values())))
    lines = [
        [what, *(seconds(times[number]) for number in numbers), _times(times, numbers)]
        for what, times in found.items()
    ]
    header = [
        "",
        *(f"{int(number):,} {unit if int(number) > 1 else unit[:-1]}" for number in numbers),
    ]
    return table([*header, "time of the last to the first"], lines)


def _times(times: Mapping[str, float], numbers: Sequence[str]) -> str:
    return f"x{times[numbers[-1]] / times[numbers[0]]:.2g}"


def indexing(found: Mapping[str, Mapping[str, float]], documents: int) -> str:
    """Write how long indexing takes, sizes and memory."""
    own = next(iter(found.values()))["seconds"]
    rows = [
        [
            name,
            seconds(one["seconds"]),
            f"{documents / one['seconds']:,.0f}",
            f"x{one['seconds'] / own:.2f}",
            seconds(one["merging"]) if one["merging"] >= 1e-3 else "-",
            f"{one['bytes'] / 1e6:.1f}",
            f"{one['peak'] / 1e6:,.0f}",
        ]
        for name, one in found.items()
    ]
    header = ["", "until committed", "documents/s", "to ours", "then one segment", "MB on disk"]
    return table([*header, "MB of memory at most"], rows)


def opening(found: Mapping[str, Mapping[str, float]]) -> str:
    """Write how long opening and the first query take, and the memory of searching."""
    rows = [
        [
            name,
            seconds(one["opening"]),
            seconds(one["first"]),
            f"{one['read'] / 1e6:.1f}",
            f"{one['peak'] / 1e6:,.0f}",
            f"{one['own'] / 1e6:,.0f}",
        ]
        for name, one in found.items()
    ]
    header = ["", "opening", "first query", "MB read from disk", "MB of memory at most"]
    return table([*header, "of it not of mapped files, at the end"], rows)
