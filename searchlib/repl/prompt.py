"""The line that is typed on a terminal: editing, history, completion, by prompt-toolkit."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from prompt_toolkit import PromptSession
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.completion import Completer, Completion
from prompt_toolkit.history import FileHistory, History, InMemoryHistory

from searchlib.repl.completion import offers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prompt_toolkit.completion import CompleteEvent
    from prompt_toolkit.document import Document

    from searchlib.index import Index
    from searchlib.messages import Messages

PROMPT = "> "


def session(index: Index, messages: Messages) -> PromptSession[str]:
    """Return what asks for one line after the other."""
    return PromptSession(
        PROMPT,
        history=_history(),
        auto_suggest=AutoSuggestFromHistory(),
        completer=_Completions(index, messages),
        complete_while_typing=False,
        complete_in_thread=True,
        # A second Ctrl-C or Escape must not wait for a sequence that a slow terminal may send.
        enable_open_in_editor=False,
    )


class _Completions(Completer):
    """Hands the offers of `completion.py` to prompt-toolkit."""

    def __init__(self, index: Index, messages: Messages) -> None:
        self._index = index
        self._messages = messages

    def get_completions(
        self,
        document: Document,
        complete_event: CompleteEvent,  # noqa: ARG002 (the interface gives it)
    ) -> Iterator[Completion]:
        for offer in offers(self._index, document.text_before_cursor):
            about = "" if offer.documents is None else self._messages.number(offer.documents)
            yield Completion(offer.text, start_position=-offer.replaces, display_meta=about)


def _history() -> History:
    """Return the history in the user's folder for state; in memory where nothing can be written."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    file = Path(state, "searchlib", "history")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.open("ab").close()
        # What was asked may be private.
        file.chmod(0o600)
    except OSError:
        return InMemoryHistory()
    return FileHistory(str(file))
