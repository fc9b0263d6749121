"""The REPL: a query a line, numbered answers, and commands that begin with a colon.

On a terminal a line is edited, kept in the history and completed (`prompt.py`, `completion.py`);
from a pipe lines are simply read. `commands.py` reads a line as a command, `answers.py` answers it,
`layout.py` understands the wrong keyboard layout, `screen.py` shows. No query and no command can
end it but `:quit`.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from searchlib import console
from searchlib.messages import current
from searchlib.repl.answers import Answers
from searchlib.repl.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchlib.index import Index


def run(index: Index, path: str) -> int:
    """Read lines until `:quit` or their end and answer each; return the exit status.

    It is 1 when lines came from a pipe and some could not be answered, 0 otherwise.
    """
    screen = Screen()
    answers = Answers(index, screen, current())
    if screen.is_dialogue:
        _talk(answers, index, screen, path)
        return 0
    for line in _lines():
        if not answers.answer(line):
            break
    return 1 if answers.failed else 0


def _talk(answers: Answers, index: Index, screen: Screen, path: str) -> None:
    from searchlib.repl.prompt import session

    messages = current()
    documents = messages.counted("documents", len(index.snapshot()))
    screen.show(messages.text("welcome", documents=documents, path=console.clean(path)))
    lines = session(index, messages)
    while True:
        try:
            # A signal between the line and its answer is nothing a line that is over can handle.
            if not answers.answer(lines.prompt(handle_sigint=False)):
                return
        except KeyboardInterrupt:
            screen.note(messages.text("interrupted"))
        except EOFError:
            return


def _lines() -> Iterator[str]:
    """Yield the lines of standard input; what is no text of its encoding is replaced."""
    if sys.stdin is not None:
        sys.stdin.reconfigure(errors="replace")  # type: ignore[union-attr]
        yield from sys.stdin
