"""The figures of `quality` as tables and as JSON: each set, the mean of the sets, differences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rich.table import Table

from benchmarks.quality import BESIDE, MAIN, OURS, Answered, differences
from benchmarks.significance import SIGNIFICANT, p_value

Found = Mapping[str, Mapping[str, Answered]]
"""What each system reached, by set and system."""

Measures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Difference:
    """How much better searchlib is on a set in the main measure, and how likely by luck alone."""

    difference: float
    p: float

    @property
    def mark(self) -> str:
        """Say which way a significant difference goes; nothing for one that may be luck."""
        if self.p >= SIGNIFICANT:
            return ""
        return "better" if self.difference > 0 else "worse"


@dataclass(frozen=True, slots=True)
class Figures:
    """Measures by set and system, means over the sets by system, differences by set and peer."""

    sets: dict[str, dict[str, Measures]]
    means: dict[str, Measures]
    differences: dict[str, dict[str, Difference]]


def figures(found: Found) -> Figures:
    """Work out means and differences."""
    sets = {
        name: {
            system: {measure: answered.mean(measure) for measure in answered.values}
            for system, answered in by_system.items()
        }
        for name, by_system in found.items()
    }
    several = list(sets.values())
    means = {
        system: {
            measure: sum(one[system][measure] for one in several) / len(several)
            for measure in measures
        }
        for system, measures in several[0].items()
    }
    compared: dict[str, dict[str, Difference]] = {}
    for name, by_system in found.items():
        compared[name] = {}
        for peer in BESIDE:
            if peer in by_system:
                by_query = differences(by_system[OURS], by_system[peer])
                mean = sum(by_query) / max(1, len(by_query))
                compared[name][peer] = Difference(mean, p_value(by_query))
    return Figures(sets, means, compared)


def tables(found: Found) -> list[Table]:
    """Return the measures as one table and the differences in the main one as another."""
    values = figures(found)
    measured = Table("set", "system", *next(iter(values.means.values())))
    rows = list(values.sets.items())
    if len(rows) > 1:
        rows.append((f"mean of {len(rows)}", values.means))
    for name, by_system in rows:
        for at, (system, measures) in enumerate(by_system.items()):
            measured.add_row(
                "" if at else name, system, *(f"{value:.4f}" for value in measures.values())
            )
        measured.add_section()
    beside = Table("set", f"{MAIN}: {OURS} less", "", "p", "")
    for name, by_peer in values.differences.items():
        for at, (peer, one) in enumerate(by_peer.items()):
            shown = f"{one.difference:+.4f}", f"{one.p:.4f}", one.mark
            beside.add_row("" if at else name, peer, *shown)
    return [measured, beside]
