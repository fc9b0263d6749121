"""The REPL: a query a line, numbered answers, and commands that begin with a colon.

On a terminal prompt-toolkit edits the line, keeps the history and completes; from a pipe lines are
simply read. No query and no command can end it but `:quit`. Names of commands and layouts are in
`keyboard`.
"""

from __future__ import annotations

import os
import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from searchlib import console, keyboard
from searchlib.errors import SearchlibError
from searchlib.fields import Keyword, Text
from searchlib.messages import current

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import CompleteEvent, Completion
    from prompt_toolkit.document import Document
    from prompt_toolkit.history import History

    from searchlib.index import Index
    from searchlib.keyboard import Command
    from searchlib.results import Hit

PROMPT = "> "
_COMPLETIONS = 12
_TERMS_READ = 500
_LEAST_PREFIX = 2


def run(index: Index, path: str) -> int:
    """Read lines until `:quit` or their end, answer each; return the exit status."""
    answers = Answers(index)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        for line in sys.stdin:
            if not answers.answer(line):
                break
            sys.stdout.flush()
        return 0
    messages = current()
    documents = messages.counted("documents", index.info()["documents"])
    print(messages.text("welcome", documents=documents, path=console.clean(path)))
    session = _session(index)
    while True:
        try:
            if not answers.answer(session.prompt(PROMPT)):
                return 0
        except KeyboardInterrupt:
            # Ctrl-C leaves the line, or the query that takes too long.
            continue
        except EOFError:
            return 0


class Answers:
    """Answers lines one after the other; keeps the settings and the last results between them."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._messages = current()
        self._colour = console.colours(sys.stdout)
        self._hits: list[Hit] = []
        self._limit = 10
        self._json = False

    def answer(self, line: str) -> bool:
        """Answer a query or a command; return whether to go on."""
        line = line.strip().removeprefix("\ufeff")
        if not line:
            return True
        command = keyboard.command(line)
        if command is not None and command.name == "quit":
            return False
        try:
            if command is None:
                self._search(line)
            else:
                self._obey(command)
        except SearchlibError as error:
            print(self._messages.text("error", message=error), file=sys.stderr)
        return True

    def _search(self, query: str) -> None:
        results = self._index.search(query, limit=self._limit)
        self._hits = list(results)
        schema = self._index.schema
        if self._json:
            for hit in self._hits:
                print(console.hit_json(hit, schema))
            return
        if not self._hits:
            self._say("nothing_found")
            return
        for number, hit in enumerate(self._hits, 1):
            print(console.hit_lines(number, hit, schema, self._messages, colour=self._colour))
        print(console.total(results, self._messages))

    def _obey(self, command: Command) -> None:
        match command.name:
            case "help":
                self._say("help")
            case "explain":
                hit = self._hit(command.argument)
                if hit is not None:
                    for line in console.explanation_lines(hit.explain(), self._messages):
                        print(line)
            case "open":
                hit = self._hit(command.argument)
                if hit is not None:
                    print(console.whole(hit, self._index.schema, colour=self._colour))
            case "analyze":
                self._analyze(command.argument)
            case "fields":
                print(console.field_table(self._index.info()["fields"], self._messages))
            case "limit":
                self._set_limit(command.argument)
            case "json":
                self._set_json(command.argument)
            case _:
                self._say("unknown_command", name=console.clean(command.typed))

    def _hit(self, argument: str) -> Hit | None:
        if argument.isdecimal() and 1 <= int(argument) <= len(self._hits):
            return self._hits[int(argument) - 1]
        self._say("no_such_hit", number=console.clean(argument))
        return None

    def _analyze(self, text: str) -> None:
        if not text:
            self._say("text_wanted")
            return
        from searchlib.analysis import explain

        tokens = explain(text)
        if tokens:
            print("\n".join(console.token_lines(tokens, self._messages)))
        else:
            self._say("no_words")

    def _set_limit(self, argument: str) -> None:
        if not argument.isdecimal() or not 1 <= int(argument) <= 1_000_000:
            self._say("limit_wanted")
            return
        self._limit = int(argument)
        self._say("limit_is", limit=self._limit)

    def _set_json(self, argument: str) -> None:
        word = argument.lower()
        word = word if word in ("on", "off") else keyboard.to_latin(word)
        if word in ("on", "off"):
            self._json = word == "on"
        else:
            self._say("json_wanted")

    def _say(self, key: str, **values: object) -> None:
        print(self._messages.text(key, **values))


def _session(index: Index) -> PromptSession[str]:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import Completer

    class Words(Completer):
        """Completes commands, names of fields and terms of the index."""

        def get_completions(
            self,
            document: Document,
            complete_event: CompleteEvent,  # noqa: ARG002 (the interface gives it)
        ) -> Iterator[Completion]:
            from prompt_toolkit.completion import Completion

            typed, found = completions(index, document.text_before_cursor)
            for text, about in found:
                yield Completion(text, start_position=-len(typed), display_meta=about)

    return PromptSession(
        history=_history(), completer=Words(), complete_while_typing=False, complete_in_thread=True
    )


def completions(index: Index, line: str) -> tuple[str, list[tuple[str, str]]]:
    """Return the piece of a line that completing would replace, and what could stand there.

    Each comes with what is told beside it: for a term, how many documents have it.
    """
    if line.startswith(":") and " " not in line:
        return line[1:], [(name, "") for name in keyboard.NAMES if name.startswith(line[1:])]
    word = line[max(map(line.rfind, ' (+-"=')) + 1 :]
    field, colon, prefix = word.rpartition(":")
    if not colon:
        names = [(f"{name}:", "") for name in index.schema if word and name.startswith(word)]
        return word, names + _terms(index, list(index.schema.text_fields()), word)
    fields = [field] if isinstance(index.schema.get(field), Text | Keyword) else []
    return prefix, _terms(index, fields, prefix)


def _terms(index: Index, fields: list[str], prefix: str) -> list[tuple[str, str]]:
    """Return the terms most documents have, of those that begin so."""
    if len(prefix) < _LEAST_PREFIX:
        return []
    counts: dict[str, int] = {}
    try:
        snapshot = index.snapshot()
        for field in fields:
            for text, documents in islice(snapshot.terms(field, prefix), _TERMS_READ):
                counts[text] = max(counts.get(text, 0), documents)
    except SearchlibError:
        # Completion is a help; what is wrong with the index the query itself will tell.
        return []
    best = sorted(counts.items(), key=lambda term: (-term[1], term[0]))[:_COMPLETIONS]
    return [(text, str(documents)) for text, documents in best]


def _history() -> History:
    """Return the history in the user's folder for state; in memory where nothing can be written."""
    from prompt_toolkit.history import FileHistory, InMemoryHistory

    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    file = Path(state, "searchlib", "history")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.open("ab").close()
    except OSError:
        return InMemoryHistory()
    return FileHistory(str(file))
