"""Figures of several systems as a table: absolute, and each peer's as a multiple of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.table import Table

from benchmarks.speed import Answers, Row
from benchmarks.systems import OURS

_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))


def seconds(value: float) -> str:
    """Write a time with three digits.

    >>> seconds(12.345), seconds(0.0123), seconds(0.0000456)
    ('12.3 s', '12.3 ms', '45.6 µs')
    """
    size, unit = next((one for one in _UNITS if value >= one[0]), _UNITS[-1])
    scaled = value / size
    return f"{scaled:.{0 if scaled >= 100 else 1 if scaled >= 10 else 2}f} {unit}"


def ratio(theirs: float, ours: float) -> str:
    """Write how many times ours a figure is; below 1 the peer is better.

    >>> ratio(50, 2), ratio(1, 4), ratio(3, 2)
    ('x25', 'x0.25', 'x1.5')
    """
    times = theirs / ours if ours else float("inf")
    return f"x{times:.0f}" if times >= 10 else f"x{times:.2g}"


def speed_table(title: str, rows: Sequence[Row], systems: Sequence[str], ours: str = OURS) -> Table:
    """Return times by system, and beside each peer's how many times ours it is."""
    table = Table("", *systems, "scores", title=title)
    for row in rows:
        cells = [_cell(row, name, ours) for name in systems]
        said = ", ".join(f"{name}: {verdict}" for name, verdict in row.differing.items())
        table.add_row(row.what, *cells, said)
    return table


def _cell(row: Row, name: str, ours: str) -> str:
    if name not in row.seconds:
        return "-"
    shown = seconds(row.seconds[name])
    if name == ours:
        return shown
    times = ratio(row.seconds[name], row.seconds[ours]) if ours in row.seconds else ""
    slower = row.seconds[name] < row.seconds.get(ours, 0.0)
    return f"{shown} [bold red]{times}[/]" if slower else f"{shown} {times}"


def answers_table(answers: Sequence[Answers], systems: Sequence[str]) -> Table:
    """Return nDCG@10 of each system on the queries that were timed."""
    table = Table("nDCG@10", *systems, title="the answers that were timed")
    for one in answers:
        cells = [f"{one.ndcg[name]:.4f}" if name in one.ndcg else "-" for name in systems]
        table.add_row(one.what, *cells)
    return table


def size_table(sizes: Mapping[str, Mapping[str, Mapping[str, int]]], ours: str = OURS) -> Table:
    """Return megabytes by what was stored and by system, ours by part below."""
    systems = list(next(iter(sizes.values())))
    table = Table("MB on disk", *systems)
    for what, by_system in sizes.items():
        own = sum(by_system[ours].values())
        cells = []
        for name in systems:
            size = sum(by_system[name].values())
            shown = f"{size / 1e6:.2f}"
            cells.append(shown if name == ours else f"{shown} {ratio(size, own)}")
        table.add_row(what, *cells)
        parts = by_system[ours]
        if len(parts) > 1:
            for part, size in sorted(parts.items(), key=lambda item: -item[1]):
                table.add_row(f"  {part}", f"{size / 1e6:.2f}", *[""] * (len(systems) - 1))
        table.add_section()
    return table
