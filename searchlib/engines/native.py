"""The default engine: the compiled core. Nothing else in the package knows `_core`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import overload

try:
    from searchlib import _core
except ImportError as error:
    raise ImportError(
        f"the compiled core of searchlib cannot be loaded ({error}); in a clone `make demo` builds "
        "it into .venv, so run .venv/bin/python"
    ) from error
from searchlib.analysis.analyzer import Analyzer, Key, QueryToken, Token, Tokenizer
from searchlib.analysis.explanation import ExplainedKey, ExplainedToken, Parse
from searchlib.analysis.morphology import dictionary_folder
from searchlib.analysis.unicode import words_of_runs
from searchlib.engines.base import Address, Request
from searchlib.errors import AnalysisError, QueryError, SearchlibError
from searchlib.highlight.passages import Marks, Passage, check_sizes
from searchlib.query import nodes
from searchlib.results import Explanation
from searchlib.schema import Row, Schema

_CUTS = {"whitespace": "whitespace", "keyword": "whole"}
_ALL_MEMORY = (1 << 63) - 1
# More passages, and longer ones, than any text has.
_ALL_TEXT = 1 << 31
_MOST_THREADS = 256

MAX_KEY_BYTES = _core.MAX_KEY_BYTES
"""A term is cut to so many bytes of UTF-8."""

# What the sections of a segment file are parts of; the others are parts by themselves.
_PARTS = {
    "term-info": "terms",
    "sentences-index": "sentences",
    "column": "columns",
    "order": "columns",
    "sequence": "columns",
    "stored-index": "stored",
    "meta": "frame",
}


@lru_cache(maxsize=64)
def _core_analyzer(analyzer: Analyzer) -> _core.Analyzer:
    """One analyzer of the core for each of ours, so that its cache of forms serves every index."""
    if analyzer.tokenizer is not None:
        return _core.Analyzer.foreign(_foreign(analyzer.tokenizer))
    if analyzer.name == "russian":
        own = analyzer.overrides
        given = None if own is None else (own.name, own.text)
        return _core.Analyzer.russian(
            dictionary_folder(), words_of_runs, given, analyzer.derivation
        )
    if analyzer.name == "simple":
        return _core.Analyzer.simple(words_of_runs)
    return _core.Analyzer.plain(_CUTS[analyzer.name])


def _foreign(tokenizer: Tokenizer) -> _core.TokensOfTexts:
    def tokens_of(texts: list[str]) -> list[list[_core.TokenTuple]]:
        return [[_token_tuple(token) for token in tokenizer(text)] for text in texts]

    return tokens_of


def _token_tuple(token: object) -> _core.TokenTuple:
    if not isinstance(token, Token):
        raise AnalysisError(f"an analyzer yields Token, not {type(token).__name__}")
    if min(token.position, token.position_length, token.start, token.end) < 0:
        raise AnalysisError(f"an analyzer gave {token}: positions and offsets are never negative")
    keys = [(key.kind, key.text, key.weight) for key in token.keys]
    return token.position, token.position_length, token.start, token.end, keys


def analyze(analyzer: Analyzer, text: str) -> list[Token]:
    """Return the tokens of a text."""
    return analyze_sentences(analyzer, text)[0]


def analyze_sentences(
    analyzer: Analyzer, text: str
) -> tuple[list[Token], tuple[tuple[int, bool], ...]]:
    """Return the tokens of a text and where its sentences start, with whether paragraphs do."""
    text = _readable(text)
    tokens, sentences = _core_analyzer(analyzer).analyze(text)
    starts = tuple((start, paragraph) for _, start, paragraph in sentences)
    return [_token(text, token) for token in tokens], starts


class NativeKeys(Sequence[Key]):
    """Keys of a word in the core's form; ours are made when somebody looks at them."""

    __slots__ = ("_keys", "core")

    def __init__(self, core: _core.Keys) -> None:
        self.core = core
        self._keys: tuple[Key, ...] | None = None

    def _made(self) -> tuple[Key, ...]:
        if self._keys is None:
            made = (Key(text, kind, weight) for kind, text, weight in self.core.tuples())
            self._keys = tuple(made)
        return self._keys

    @overload
    def __getitem__(self, at: int) -> Key: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Key, ...]: ...
    def __getitem__(self, at: int | slice) -> Key | tuple[Key, ...]:
        return self._made()[at]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._made())

    def __len__(self) -> int:
        return len(self.core)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, tuple | NativeKeys) and self._made() == tuple(other)

    def __hash__(self) -> int:
        return hash(self._made())

    def __repr__(self) -> str:
        return repr(self._made())


def query_tokens(analyzer: Analyzer, text: str, shouted: bool) -> tuple[QueryToken, ...]:
    """Return the tokens of words of a query."""
    if len(text) > _SHORT:
        return _query_tokens.__wrapped__(analyzer, text, shouted)
    return _query_tokens(analyzer, text, shouted)


_SHORT = 128


@lru_cache(maxsize=4096)
def _query_tokens(analyzer: Analyzer, text: str, shouted: bool) -> tuple[QueryToken, ...]:
    """Words of queries come again and again."""
    tokens = _core_analyzer(analyzer).analyze_query(_readable(text), shouted)
    return tuple(
        QueryToken(position, start, end, NativeKeys(keys), length)
        for position, start, end, keys, length in tokens
    )


def explain(analyzer: Analyzer, text: str, *, query: bool) -> list[ExplainedToken]:
    """Return the tokens of a text with all that led to their keys."""
    text = _readable(text)
    explained = []
    for token in _core_analyzer(analyzer).explain(text, query):
        position, position_length, start, end, form, context, parses, keys = token
        explained.append(
            ExplainedToken(
                position,
                position_length,
                start,
                end,
                text[start:end],
                form,
                tuple(context),
                tuple(Parse(*parse) for parse in parses),
                tuple(ExplainedKey(word, kind, weight, rule) for kind, word, weight, rule in keys),
            )
        )
    return explained


def _readable(text: str) -> str:
    """Put the replacement character for halves of surrogate pairs, which no text can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
    return text


def _token(text: str, token: _core.TokenTuple) -> Token:
    position, position_length, start, end, keys = token
    made = tuple(Key(word, kind, weight) for kind, word, weight in keys)
    return Token(position, start, end, text[start:end], made, position_length)


def fold(text: str) -> str:
    """Fold case and ё as the keys of the core are folded."""
    return _core.fold(text)


def ordered(value: float) -> int:
    """Return a whole number that is as large among its kind as a float is among floats."""
    return _core.float_to_ordered(value)


def matcher(pattern: nodes.Pattern) -> Callable[[list[str]], list[bool]]:
    """Return what tells which texts of keys match. Raises UnsupportedQueryError."""
    return _core.Matcher(pattern.form, pattern.text, pattern.distance).matching


def choose(text: str, marks: Marks, *, fragments: int, length: int) -> tuple[Passage, ...]:
    """Return up to `fragments` passages of at most `length` code points, in order of the text.

    The best is the one with the most weight of different clauses; the next ones prefer clauses not
    shown yet. Without any mark it is the beginning of the text. Only a grapheme cluster longer than
    `length` makes a longer passage. Raises QueryError for numbers below 1 and marks outside the
    text.

    >>> from searchlib.highlight.passages import Mark
    >>> found = Marks((Mark(14, 19, 0, 1.0, 1.0),), ((0, True), (8, False)))
    >>> [text[p.start:p.end] for text in ["Привет. Нашли нефть."]
    ...  for p in choose(text, found, fragments=1, length=15)]
    ['Нашли нефть.']
    """
    check_sizes(fragments, length)
    for mark in marks.marks:
        if not 0 <= mark.start < mark.end <= len(text):
            raise QueryError(
                f"a mark from {mark.start} to {mark.end} does not lie in a text of {len(text)} "
                "code points; make the marks from this very text"
            )
    own = [(mark.start, mark.end, mark.clause, mark.weight, mark.share) for mark in marks.marks]
    fragments, length = min(fragments, _ALL_TEXT), min(length, _ALL_TEXT)
    return _passages(_core.choose(_readable(text), own, list(marks.sentences), fragments, length))


def _passages(found: list[_core.PassageTuple]) -> tuple[Passage, ...]:
    return tuple(
        Passage(start, end, tuple(ranges), cut_start, cut_end)
        for start, end, ranges, cut_start, cut_end in found
    )


def create(path: Path, schema: Schema) -> NativeIndex:
    """Make a new index. Raises IndexExistsError."""
    return NativeIndex(_core.Index.create(path, schema.to_json(), _analyzers(schema)), schema)


def schema_of(path: Path) -> str:
    """Return the schema of an index in JSON. Raises IndexNotFoundError, CorruptIndexError."""
    return _core.Index.schema_of(path)


def open_index(path: Path, schema: Schema) -> NativeIndex:
    """Open an index whose schema was read before."""
    return NativeIndex(_core.Index.open(path, _analyzers(schema)), schema)


def _analyzers(schema: Schema) -> list[_core.Analyzer | None]:
    texts = schema.text_fields()
    return [_core_analyzer(texts[name].analyzer) if name in texts else None for name in schema]


class NativeIndex:
    """An index of the core."""

    name = "native"

    def __init__(self, core: _core.Index, schema: Schema) -> None:
        self._core = core
        self._schema = schema

    def snapshot(self) -> NativeSnapshot:
        """Return the newest committed state."""
        return NativeSnapshot(self._core.snapshot(), self._schema)

    def writer(self, *, wait: float, threads: int, memory: int) -> NativeWriter:
        """Take the one writer."""
        return NativeWriter(
            self._core.writer(wait, min(threads, _MOST_THREADS), min(memory, _ALL_MEMORY)),
            self._schema,
        )

    def versions(self) -> dict[str, str]:
        """Return the versions of the file format and of Unicode's tables."""
        unicode = ".".join(map(str, _core.UNICODE_VERSION))
        return {"format": str(_core.FORMAT_VERSION), "unicode": unicode}

    def backup(self, target: Path) -> None:
        """Copy the newest committed state."""
        self._core.backup(target)

    def check(self) -> list[tuple[Path, str]]:
        """Return what is wrong, by file."""
        return self._core.check()


class NativeWriter:
    """The writer of the core."""

    def __init__(self, core: _core.Writer, schema: Schema) -> None:
        self._core = core
        self._schema = schema

    def take(self, rows: Sequence[Row]) -> _core.Documents:
        """Return documents in the core's own form."""
        return self._core.take(list(rows))

    def analyze(self, documents: _core.Documents) -> None:
        """Analyse documents ahead of adding them, without the interpreter lock."""
        self._core.analyze(documents)

    def add(self, documents: _core.Documents, *, replace: bool) -> list[tuple[int, SearchlibError]]:
        """Add documents; return place and error of those refused."""
        return self._core.add(documents, replace)

    def delete(self, key: str) -> bool:
        """Delete the document with this key."""
        return self._core.delete(key)

    def delete_matching(self, plan: nodes.Plan) -> int:
        """Delete every document that matches."""
        return self._core.delete_matching(_core_plan(plan, self._schema))

    def commit(self) -> int:
        """Make everything pending visible and durable."""
        return self._core.commit()

    def rollback(self) -> None:
        """Forget everything since the last commit."""
        self._core.rollback()

    def optimize(self) -> None:
        """Commit and make one segment of all."""
        self._core.optimize()

    def close(self) -> None:
        """Give the lock back."""
        self._core.close()


class NativeMarker:
    """A plan that marks texts in the core."""

    def __init__(self, core: _core.Marker, schema: Schema) -> None:
        self._core = core
        self._schema = schema

    def passages(
        self, document: _core.StoredDocument, field: str, *, fragments: int, length: int
    ) -> tuple[str, tuple[Passage, ...]]:
        """Return the text of a field and its best passages."""
        number = self._schema.number(field)
        fragments, length = min(fragments, _ALL_TEXT), min(length, _ALL_TEXT)
        text, found = self._core.passages(document, number, fragments, length)
        return text, _passages(found)

    def ranges(
        self, document: _core.StoredDocument, field: str
    ) -> tuple[str, tuple[tuple[int, int], ...]]:
        """Return the text of a field and the ranges of all matches."""
        text, ranges = self._core.ranges(document, self._schema.number(field))
        return text, tuple(ranges)


class NativeSnapshot:
    """A committed state of the core."""

    def __init__(self, core: _core.Snapshot, schema: Schema) -> None:
        self._core = core
        self._schema = schema

    def prepare(self, plan: nodes.Plan | nodes.PlainWords, request: Request) -> NativePrepared:
        """Bring a plan into the core's form; its terms are looked up by the first search."""
        schema = self._schema
        sort = None
        if request.sort is not None:
            field = request.sort.field
            number = None if field is None else schema.number(field)
            sort = (number, request.sort.descending)
        core = self._core.prepare(
            _core_words(plan, schema)
            if isinstance(plan, nodes.PlainWords)
            else _core_plan(plan, schema),
            request.k1,
            request.b,
            request.count,
            sort,
            None if request.filter is None else _core_plan(request.filter, schema),
            [schema.number(name) for name in request.facets],
            request.timeout,
        )
        return NativePrepared(core, schema)

    def search_many(
        self, prepared: Iterable[NativePrepared], *, threads: int, limit: int
    ) -> list[_core.Outcome]:
        """Search with all of them, without the interpreter lock."""
        searches = _core.Searches(threads, limit)
        try:
            for one in prepared:
                searches.add(one.core)
            return searches.finish()
        finally:
            searches.close()

    def document(self, address: Address) -> _core.StoredDocument:
        """Return what is stored of a document."""
        return self._core.document(*address)

    def find(self, key: str) -> Address | None:
        """Return the live document with this key."""
        return self._core.find(key)

    def terms(self, field: str, prefix: str, limit: int) -> list[tuple[str, int]]:
        """Return words or values that start with a prefix."""
        return self._core.terms(self._schema.number(field), prefix, limit)

    def document_count(self) -> int:
        """Return the number of live documents."""
        return self._core.document_count()

    def segments(self) -> list[tuple[int, int, int]]:
        """Return documents, deleted documents and bytes of each segment."""
        return self._core.segments()

    def sizes(self) -> dict[str, int]:
        """Return the bytes of each part, largest first."""
        sizes: Counter[str] = Counter()
        for section, size in self._core.sizes().items():
            sizes[_PARTS.get(section, section)] += size
        return dict(sizes.most_common())

    def distinct_terms(self) -> dict[str, int]:
        """Return how many different terms each field has."""
        return dict(zip(self._schema, self._core.distinct_terms(), strict=True))


class NativePrepared:
    """A plan in the core's form."""

    __slots__ = ("_schema", "core", "search")

    def __init__(self, core: _core.Prepared, schema: Schema) -> None:
        self.core = core
        self.search = core.search
        self._schema = schema

    def explain(self, address: Address) -> Explanation | None:
        """Say why a document has its score."""
        found = self.core.explain(*address)
        return None if found is None else _explanation(found)

    def marker(self) -> NativeMarker:
        """Make ready what marks the texts of documents; it shares what was looked up."""
        return NativeMarker(self.core.marker(), self._schema)


def _explanation(found: _core.ExplanationTuple) -> Explanation:
    value, text, details = found
    return Explanation(value, text, tuple(_explanation(part) for part in details))


def _core_words(plan: nodes.PlainWords, schema: Schema) -> _core.Plan:
    fields = [
        (schema.number(name), weight, [_keys(one) for one in keys])
        for name, weight, keys in plan.fields
    ]
    return _core.Plan.words(fields, plan.every)


def _core_plan(plan: nodes.Plan, schema: Schema) -> _core.Plan:
    """Turn a plan into the core's: fields become numbers. The commonest kinds come first."""
    number = schema.number
    match plan:
        case nodes.WordClause(fields=fields):
            return _core.Plan.word(_clauses(fields, schema))
        case nodes.Combined(must, should, must_not, filters, minimum):
            return _core.Plan.boolean(
                _core_plans(must, schema),
                _core_plans(should, schema),
                _core_plans(must_not, schema),
                _core_plans(filters, schema),
                min(minimum, _MOST),
            )
        case nodes.PhraseClause(fields=slots, slop=slop):
            return _core.Plan.phrase(_slots(slots, schema), min(slop, _MOST))
        case nodes.NearClause(fields=slots, distance=distance):
            return _core.Plan.near(_slots(slots, schema), min(distance, _MOST))
        case nodes.PatternClause(fields=fields, kinds=kinds, pattern=pattern):
            form, text, distance = pattern.form, pattern.text, pattern.distance
            return _core.Plan.pattern(_clauses(fields, schema), list(kinds), form, text, distance)
        case nodes.Value(field=field, text=text):
            return _core.Plan.value(number(field), text)
        case nodes.ValuePattern(field=field, pattern=pattern):
            form, text, distance = pattern.form, pattern.text, pattern.distance
            return _core.Plan.value_pattern(number(field), form, text, distance)
        case nodes.ValueRange(field=field, low=low, high=high):
            return _core.Plan.value_range(number(field), low, high)
        case nodes.NumberRange(field=field, low=least, high=most):
            if isinstance(least, float):
                least = _core.float_to_ordered(least)
            if isinstance(most, float):
                most = _core.float_to_ordered(most)
            return _core.Plan.number_range(number(field), least, most)
        case nodes.Everything():
            return _core.Plan.everything()
        case nodes.Nothing():
            return _core.Plan.nothing()
        case nodes.Boosted(plan=inner, factor=factor):
            return _core.Plan.boost(_core_plan(inner, schema), factor)


_MOST = (1 << 32) - 1


def _core_plans(plans: Sequence[nodes.Plan], schema: Schema) -> list[_core.Plan]:
    return [_core_plan(plan, schema) for plan in plans]


def _keys(keys: Sequence[Key]) -> _core.Keys:
    if isinstance(keys, NativeKeys):
        return keys.core
    return _core.Keys([(key.kind, key.text, key.weight) for key in keys])


def _clauses(
    fields: Sequence[nodes.FieldKeys], schema: Schema
) -> list[tuple[int, float, _core.Keys]]:
    return [(schema.number(part.field), part.weight, _keys(part.keys)) for part in fields]


def _slots(
    fields: Sequence[nodes.FieldSlots], schema: Schema
) -> list[tuple[int, float, list[tuple[int, _core.Keys]]]]:
    return [
        (
            schema.number(part.field),
            part.weight,
            [(slot.offset, _keys(slot.keys)) for slot in part.slots],
        )
        for part in fields
    ]
