"""What each line of the REPL gets for an answer; keeps settings and found documents between lines.

Everything is shown by the screen it is given. An error of ours is told and remembered, never
raised.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from searchlib import console, keyboard
from searchlib.errors import QueryError, QuerySyntaxError, SearchlibError
from searchlib.overview import overview
from searchlib.repl import commands
from searchlib.repl.layout import Reading, reread
from searchlib.translations import told

if TYPE_CHECKING:
    from searchlib.index import Index
    from searchlib.messages import Messages
    from searchlib.repl.commands import Command
    from searchlib.repl.screen import Screen
    from searchlib.results import Hit, Results
    from searchlib.snapshot import Prepared, Snapshot

_MOST_SHOWN = 1_000_000


@dataclass
class _Search:
    """A query that was searched, and its hits as far as they were shown."""

    prepared: Prepared
    planning: float
    hits: list[Hit] = field(default_factory=list)

    def next_page(self, limit: int) -> Results:
        """Find the hits after those shown."""
        results = self.prepared.search(limit, len(self.hits))
        self.hits += results
        return results


class Answers:
    """Answers lines one after the other."""

    def __init__(self, index: Index, screen: Screen, messages: Messages) -> None:
        self.failed = False
        """Whether some line could not be answered."""
        self._index = index
        self._screen = screen
        self._messages = messages
        self._last: _Search | None = None
        self._limit = 10
        self._sort: str | None = None
        self._filter: str | None = None
        self._json = False
        self._time = False

    def answer(self, line: str) -> bool:
        """Answer a query or a command; return whether to go on."""
        line = line.strip().removeprefix("\ufeff")
        if not line:
            return True
        command = commands.command(line)
        if command is not None and command.name == "quit":
            return False
        try:
            if command is None:
                self._search(line)
            else:
                self._obey(command)
        except SearchlibError as error:
            width = self._screen.width()
            message = told(error, self._messages.language, width=width)
            self._fail("error", message=console.clean(message))
        except BrokenPipeError:
            # Nobody reads the answers any more.
            raise
        except OSError as error:
            self._fail("error", message=error.strerror or error)
        return True

    # ---- searching -------------------------------------------------------------------------------

    def _search(self, query: str) -> None:
        # A snapshot of its own for every query: it sees what others have committed since.
        snapshot = self._index.snapshot()
        wrong: QueryError | None = None
        results: Results | None = None
        try:
            search = self._prepared(snapshot, query)
            results = search.next_page(self._limit)
        except QuerySyntaxError as error:
            wrong = error
        reading = self._reread(snapshot, query, found=bool(results))
        if reading is not None:
            other = self._prepared(snapshot, reading.text)
            found = other.next_page(self._limit)
            if found or not results:
                search, results, wrong = other, found, None
                self._say_reading(reading)
        if wrong is not None:
            raise wrong
        assert results is not None, "a query is searched or wrong"
        self._last = search
        self._show(results, first=1)

    def _prepared(self, snapshot: Snapshot, query: str) -> _Search:
        started = time.perf_counter()
        prepared = snapshot.prepare(query, sort=self._sort, filter=self._filter)
        return _Search(prepared, time.perf_counter() - started)

    def _reread(self, snapshot: Snapshot, query: str, *, found: bool) -> Reading | None:
        def knows(word: str) -> bool:
            try:
                return bool(snapshot.search(word, limit=1, lenient=True))
            except QueryError:
                return False

        fields = snapshot.schema.text_fields()
        try:
            reading = reread(query, knows, fields=fields, found=found)
            if reading is not None:
                snapshot.prepare(reading.text)
        except QueryError:
            return None
        return reading

    def _say_reading(self, reading: Reading) -> None:
        words = [
            self._messages.text("other_layout", typed=console.clean(typed), read=read)
            for typed, read in reading.words
        ]
        self._screen.note(self._messages.text("reread", words=", ".join(words)))
        self._screen.note(self._messages.text("searched_for", query=console.clean(reading.text)))

    def _next(self) -> None:
        if self._last is None:
            self._say("search_first")
            return
        first = len(self._last.hits) + 1
        results = self._last.next_page(self._limit)
        if results:
            self._show(results, first=first)
        else:
            self._say("no_more")

    def _show(self, results: Results, *, first: int) -> None:
        started = time.perf_counter()
        schema = self._index.schema
        if self._json:
            for hit in results:
                print(console.hit_json(hit, schema), flush=True)
            return
        styled = self._screen.styled
        for number, hit in enumerate(results, first):
            lines = console.hit_lines(number, hit, schema, self._messages, colour=styled)
            self._screen.show(lines)
        showing = time.perf_counter() - started
        settings = self._settings()
        if results:
            self._screen.show(console.total(results, self._messages) + settings)
        else:
            self._screen.show(self._messages.text("nothing_found") + settings)
        if self._time and self._last is not None:
            self._say(
                "times",
                planning=self._milliseconds(self._last.planning),
                searching=self._milliseconds(results.took),
                showing=self._milliseconds(showing),
            )

    def _settings(self) -> str:
        """Return the settings that shape an answer, lest they be forgotten."""
        parts = []
        if self._filter is not None:
            parts.append(self._messages.text("filter_is", filter=console.clean(self._filter)))
        if self._sort is not None:
            parts.append(self._messages.text("sort_is", sort=self._sort))
        return f" {' '.join(parts)}" if parts else ""

    def _milliseconds(self, seconds: float) -> str:
        return self._messages.text("milliseconds", value=self._messages.number(seconds * 1000, 2))

    # ---- commands --------------------------------------------------------------------------------

    def _obey(self, command: Command) -> None:
        argument = command.argument
        match command.name:
            case "help":
                self._say("help")
            case "explain":
                if (hit := self._hit(argument)) is not None:
                    lines = console.explanation_lines(hit.explain(), self._messages)
                    self._screen.page("\n".join(lines))
            case "open":
                if (hit := self._hit(argument)) is not None:
                    styled = self._screen.styled
                    self._screen.page(console.whole(hit, self._index.schema, colour=styled))
            case "next":
                self._next()
            case "analyze":
                self._analyze(argument)
            case "fields":
                fields = self._index.info()["fields"]
                self._screen.show(console.field_table(fields, self._messages))
            case "info":
                self._info()
            case "limit":
                self._set_limit(argument)
            case "sort":
                self._set_sort(argument)
            case "filter":
                self._set_filter(argument)
            case "json":
                self._json = self._switched("json", argument, self._json)
            case "time":
                self._time = self._switched("time", argument, self._time)
            case _:
                self._fail("unknown_command", name=console.clean(command.typed))

    def _hit(self, argument: str) -> Hit | None:
        hits = self._last.hits if self._last is not None else []
        number = _number(argument)
        if 1 <= number <= len(hits):
            return hits[number - 1]
        self._fail("no_such_hit", number=console.clean(argument))
        return None

    def _analyze(self, text: str) -> None:
        if not text:
            self._fail("text_wanted")
            return
        from searchlib.analysis import explain

        tokens = explain(text)
        if tokens:
            self._screen.page("\n".join(console.token_lines(tokens, self._messages)))
        else:
            self._say("no_words")

    def _info(self) -> None:
        self._screen.page(overview(self._index.info(), self._messages))

    def _set_limit(self, argument: str) -> None:
        if argument:
            number = _number(argument)
            if not 1 <= number <= _MOST_SHOWN:
                self._fail("limit_wanted")
                return
            self._limit = number
        self._say("limit_is", limit=self._messages.number(self._limit))

    def _set_sort(self, argument: str) -> None:
        if commands.switch(argument) is False:
            self._sort = None
        elif argument:
            if argument.removeprefix("-") not in self._index.schema:
                other = keyboard.to_latin(argument)
                argument = other if other.removeprefix("-") in self._index.schema else argument
            self._index.snapshot().prepare("*", sort=argument)
            self._sort = argument
        key = "sorted_by_score" if self._sort is None else "sort_is"
        self._say(key, sort=self._sort)

    def _set_filter(self, argument: str) -> None:
        if commands.switch(argument) is False:
            self._filter = None
        elif argument:
            self._index.snapshot().prepare("*", filter=argument)
            self._filter = argument
        if self._filter is None:
            self._say("no_filter")
        else:
            self._say("filter_is", filter=console.clean(self._filter))

    def _switched(self, name: str, argument: str, now: bool) -> bool:
        """Return what a setting is after the command, having said it."""
        wanted = commands.switch(argument) if argument else now
        if wanted is None:
            self._fail(f"{name}_wanted")
            return now
        self._say(f"{name}_{'on' if wanted else 'off'}")
        return wanted

    # ---- saying ----------------------------------------------------------------------------------

    def _say(self, key: str, **values: object) -> None:
        self._screen.show(self._messages.text(key, **values))

    def _fail(self, key: str, **values: object) -> None:
        self.failed = True
        self._screen.note(self._messages.text(key, **values))


def _number(argument: str) -> int:
    """Return a whole number that was typed; 0 when it is none or has too many digits."""
    return int(argument) if argument.isdecimal() and len(argument) < 10 else 0
