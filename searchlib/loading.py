"""From files to an index: one run of `searchlib index`, and the account it gives.

Documents go to the writer in batches, so that a document the index refuses can be told by its file
and line. Nothing here prints.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from searchlib import readers
from searchlib.errors import DocumentError, IndexNotFoundError, SchemaError
from searchlib.fields import Keyword
from searchlib.index import Index
from searchlib.readers import Format, ReadDocument, Reason, Skipped, Source, schemas, values
from searchlib.readers.base import RowError
from searchlib.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from searchlib.engines import EngineName

EXAMPLES = 5
"""How many of the rows skipped for one reason are shown."""

_BATCH_DOCUMENTS = 1000
_BATCH_LETTERS = 8 << 20


@dataclass
class Report:
    """What a run did: documents read, added and replaced, and what was skipped and why.

    `added` and `replaced` count documents of the index; of two with one key in a run, the second
    counts as replacing the first. `unique` is false when the schema has no unique field, so that
    nothing could be replaced. `left_out` has the names that cannot name a field, `not_in_schema`
    those of front matter that the schema lacks, `guessed` the schema that was told from the
    documents.
    """

    read: int = 0
    added: int = 0
    replaced: int = 0
    unique: bool = True
    skipped: Counter[Reason] = field(default_factory=Counter)
    examples: defaultdict[Reason, list[Skipped]] = field(default_factory=lambda: defaultdict(list))
    left_out: set[str] = field(default_factory=set)
    not_in_schema: set[str] = field(default_factory=set)
    guessed: Schema | None = None
    seconds: float = 0.0

    def skip(self, skipped: Skipped) -> None:
        """Count a row that was left out."""
        self.skipped[skipped.reason] += 1
        if len(self.examples[skipped.reason]) < EXAMPLES:
            self.examples[skipped.reason].append(skipped)

    @property
    def is_clean(self) -> bool:
        """Whether something was indexed and no row was at fault."""
        return self.added + self.replaced > 0 and not any(r.is_problem for r in self.skipped)


@dataclass(frozen=True)
class Progress:
    """How far a run is: bytes of the sources, of all their bytes, and documents read."""

    position: int
    total: int
    documents: int


def load(
    paths: Sequence[Path],
    target: Path,
    *,
    format: Format = Format.AUTO,
    schema: Path | None = None,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    columns: Sequence[str] = (),
    engine: EngineName = "native",
    trusted: bool = False,
    on_progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Put the documents of files and folders into the index at `target`, made if there is none.

    `include` and `exclude` are patterns as `readers.find` takes them, `columns` names for the
    columns of tables without a header. In an index with a unique field a document replaces the one
    of the same key. When nothing can be read, no index is made. Raises ReaderError for a path that
    is not there, SchemaError when the schema cannot be told or is not the index's, and whatever the
    index raises.
    """
    begun = time.perf_counter()
    report = Report()
    wanted = schemas.from_toml(schema) if schema else None
    sources = readers.find(paths, format, report.skip, include=include, exclude=exclude)
    index = _existing(target, trusted=trusted)
    documents = readers.read(sources, format, report.skip, columns)
    if index is not None:
        if wanted is not None and wanted != index.schema:
            raise SchemaError(
                f"the index at {target} has another schema than {schema}; "
                "leave --schema out, or index into a new folder"
            )
    else:
        guess = wanted is None and _name_fields(sources, format)
        # A pipe can be read once, so of a lone source the sample is what is indexed then.
        first = list(islice(documents, schemas.SAMPLE if guess and len(sources) == 1 else 1))
        documents = chain(first, documents)
        if first:
            if guess:
                if len(sources) > 1:
                    first = readers.sample(sources, format, schemas.SAMPLE, columns) or first
                wanted = report.guessed = _told(sources, format, first)
            index = Index.create(target, wanted or _usual(format), engine=engine)
    if index is not None:
        _Loading(index, sources, report, on_progress).run(documents)
    report.seconds = time.perf_counter() - begun
    return report


def guess(
    paths: Sequence[Path],
    *,
    format: Format = Format.AUTO,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    columns: Sequence[str] = (),
) -> Schema:
    """Return the schema that `load` would make an index with.

    Raises ReaderError for a path that is not there, SchemaError when the schema cannot be told.
    """
    sources = readers.find(paths, format, lambda _: None, include=include, exclude=exclude)
    if sources and not _name_fields(sources, format):
        return _usual(format)
    return _told(sources, format, readers.sample(sources, format, schemas.SAMPLE, columns))


def _name_fields(sources: Sequence[Source], format: Format) -> bool:
    return any(readers.names_fields(source, format) for source in sources)


def _usual(format: Format) -> Schema:
    return schemas.for_files(dated=format is not Format.TEXT)


def _told(sources: Sequence[Source], format: Format, sample: Sequence[ReadDocument]) -> Schema:
    """Return the schema that fits a sample of the documents."""
    documents = map(_typed, sample)
    rows = {readers.holds_rows(source, format) for source in sources}
    if rows == {False}:
        return schemas.infer(documents, _usual(format))
    told = schemas.infer(documents)
    if rows == {True}:
        return told
    # Rows may have other values by the same names; and whether a page has a day is seen late.
    return Schema(**(dict(_usual(format)) | {"id": Keyword()} | dict(told)))


def _existing(target: Path, *, trusted: bool) -> Index | None:
    try:
        return Index.open(target, trusted=trusted)
    except IndexNotFoundError:
        return None


def _typed(row: ReadDocument) -> dict[str, Any]:
    if not row.untyped:
        return row.document
    return {name: values.guessed(value) for name, value in row.document.items()}


class _Loading:
    """The run itself: reads on, converts, writes in batches."""

    def __init__(
        self,
        index: Index,
        sources: Sequence[Source],
        report: Report,
        on_progress: Callable[[Progress], None] | None,
    ) -> None:
        self._index = index
        self._total = sum(source.size for source in sources)
        self._report = report
        self._on_progress = on_progress

    def run(self, documents: Iterable[ReadDocument]) -> None:
        report = self._report
        report.unique = self._index.schema.unique is not None
        before = len(self._index.snapshot())
        written = 0
        with self._index.writer() as writer:
            for rows in _batches(documents):
                batch, origins = self._converted(rows)
                refused: list[DocumentError] = []
                writer.add_many(batch, on_error=refused.append, replace=report.unique)
                for error in refused:
                    report.skip(_refusal(error, origins))
                written += len(batch) - len(refused)
                if self._on_progress is not None:
                    position = rows[-1].source.position
                    self._on_progress(Progress(position, self._total, report.read))
        report.added = len(self._index.snapshot()) - before
        report.replaced = written - report.added

    def _converted(
        self, rows: list[ReadDocument]
    ) -> tuple[list[dict[str, Any]], list[ReadDocument]]:
        """Return the documents the schema's fields can take, and the rows they come from."""
        report = self._report
        report.read += len(rows)
        batch, origins = [], []
        for row in rows:
            try:
                document = values.converted(row.document, self._index.schema)
            except RowError as error:
                report.skip(Skipped(error.reason, row.source.shown, row.line, error.detail))
            else:
                if len(document) < len(row.document):
                    report.left_out.update(row.document.keys() - document.keys())
                if row.loose and not document.keys() <= self._index.schema.keys():
                    report.not_in_schema.update(document.keys() - self._index.schema.keys())
                    document = {k: v for k, v in document.items() if k in self._index.schema}
                batch.append(document)
                origins.append(row)
        return batch, origins


def _batches(documents: Iterable[ReadDocument]) -> Iterator[list[ReadDocument]]:
    """Cut the stream into batches of many small documents or a few long ones."""
    batch: list[ReadDocument] = []
    letters = 0
    for row in documents:
        batch.append(row)
        letters += sum(len(value) for value in row.document.values() if isinstance(value, str))
        if len(batch) == _BATCH_DOCUMENTS or letters >= _BATCH_LETTERS:
            yield batch
            batch, letters = [], 0
    if batch:
        yield batch


def _refusal(error: DocumentError, origins: list[ReadDocument]) -> Skipped:
    # The place in the batch says which row it was; the batch itself means nothing to the reader.
    row = origins[error.position or 0]
    detail = str(DocumentError(error.args[0], field=error.field, value=error.value))
    return Skipped(Reason.REJECTED, row.source.shown, row.line, detail)
