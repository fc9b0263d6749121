"""Figures as pictures: of several systems as bars, by the size of a collection as lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def bars(
    panels: Mapping[str, Mapping[str, Mapping[str, float]]],
    systems: Sequence[str],
    unit: str,
    path: Path,
    *,
    log: bool = True,
) -> None:
    """Draw a panel for each title, a group of bars for each line, a bar for each system.

    The ending of the path chooses the format: .svg, .png, .pdf. Needs matplotlib.
    """
    plt = _pyplot()
    lines = sum(len(rows) for rows in panels.values())
    figure, axes = plt.subplots(
        len(panels),
        1,
        figsize=(9, 1.5 * len(panels) + 0.16 * lines * (len(systems) + 1)),
        gridspec_kw={"height_ratios": [len(rows) for rows in panels.values()]},
        squeeze=False,
    )
    thick = 0.85 / len(systems)
    for axis, (title, rows) in zip(axes[:, 0], panels.items(), strict=True):
        for at, name in enumerate(systems):
            places = [line + at * thick for line, row in enumerate(rows.values()) if name in row]
            values = [row[name] for row in rows.values() if name in row]
            axis.barh(places, values, height=thick, label=name)
        axis.set_yticks([line + 0.4 for line in range(len(rows))], list(rows))
        axis.invert_yaxis()
        axis.set_xscale("log" if log else "linear")
        axis.set_xlabel(unit)
        axis.set_title(title)
        axis.grid(axis="x", alpha=0.3)
    axes[0, 0].legend()
    _save(figure, path)


def growth(found: Mapping[str, Mapping[str, float]], path: Path) -> None:
    """Draw seconds by the number of documents, a line for each class. Needs matplotlib."""
    plt = _pyplot()
    figure, axis = plt.subplots(figsize=(9, 5))
    axis.set_prop_cycle(color=plt.get_cmap("tab20").colors)
    for what, times in found.items():
        axis.plot([int(size) for size in times], list(times.values()), marker="o", label=what)
    axis.set(xscale="log", yscale="log", xlabel="documents", ylabel="seconds")
    axis.grid(alpha=0.3)
    axis.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    _save(figure, path)


def _pyplot() -> Any:
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot as plt

    return plt


def _save(figure: Any, path: Path) -> None:
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
    _pyplot().close(figure)
