"""The progress bar of long work, on the terminal's error stream."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from searchlib.messages import current

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from searchlib import loading


@contextmanager
def bar() -> Iterator[Callable[[loading.Progress], None]]:
    """Show a bar while the block runs; call what it gives with how far the work is."""
    columns = (
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TextColumn("{task.description}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("", total=None)

        def on_progress(at: loading.Progress) -> None:
            documents = current().counted("documents", at.documents)
            shown.update(task, description=documents, completed=at.position, total=at.total or None)

        yield on_progress
