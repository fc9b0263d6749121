"""What `searchlib index` prints of a run: what was read, written and skipped.

Nothing here prints or reads a stream.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from searchlib import console
from searchlib.facts import field_options
from searchlib.readers.schemas import options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchlib.loading import Report
    from searchlib.messages import Messages

_INDENT = "   "


def report_lines(report: Report, messages: Messages) -> Iterator[str]:
    """Yield what was read, written and skipped; the last line says what came of it."""
    if report.skipped:
        yield messages.counted("skipped", report.skipped.total())
    for reason, count in report.skipped.most_common():
        said = messages.text(f"reason.{reason}")
        yield messages.text("skipped_group", count=messages.number(count), reason=said)
        if not reason.is_problem:
            continue
        for example in report.examples[reason]:
            key = "skipped_detail" if example.detail else "skipped_example"
            yield console.clean(messages.text(key, place=example.place, detail=example.detail))
        more = count - len(report.examples[reason])
        if more:
            yield messages.text("skipped_more", count=messages.number(more))
    if report.left_out:
        yield console.clean(messages.text("left_out", names=", ".join(sorted(report.left_out))))
    if report.not_in_schema:
        yield console.clean(
            messages.text("not_in_schema", names=", ".join(sorted(report.not_in_schema)))
        )
    if report.guessed is not None:
        yield messages.text("guessed")
        described = {name: field_options(field) for name, field in report.guessed.items()}
        for line in console.field_table(described, messages).splitlines():
            yield f"{_INDENT}{line}"
        yield messages.text("guessed_hint")
    if not report.added + report.replaced:
        yield messages.text("nothing_indexed")
        return
    if not report.unique:
        yield messages.text("appended")
    written = messages.text(
        "written",
        read=messages.counted("read", report.read),
        added=messages.counted("added", report.added),
        replaced=messages.counted("replaced", report.replaced),
    )
    yield messages.text("and_took", found=written, time=messages.time(report.seconds))


def report_json(report: Report) -> str:
    """Return the account as one JSON object."""
    return console.as_json(
        {
            "read": report.read,
            "added": report.added,
            "replaced": report.replaced,
            "skipped": dict(report.skipped),
            "examples": [
                {
                    "reason": example.reason,
                    "path": example.path,
                    "line": example.line,
                    "detail": example.detail,
                }
                for examples in report.examples.values()
                for example in examples
            ],
            "left_out": sorted(report.left_out),
            "not_in_schema": sorted(report.not_in_schema),
            "guessed": report.guessed
            and {name: {"type": f.kind} | options(f) for name, f in report.guessed.items()},
            "seconds": round(report.seconds, 3),
        }
    )
