"""Documents and judged queries to measure with: JSONL files, BEIR folders, the seeds."""

from __future__ import annotations

import csv
import dataclasses
import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from searchlib import readers
from searchlib.readers import Format

SEEDS = Path(__file__).parent.parent / "seeds"


@dataclass(frozen=True, slots=True)
class Document:
    """What every system is given of a document."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Judged:
    """Documents, queries by id, and judgments (0, 1, 2, …) by query and document."""

    name: str
    documents: list[Document]
    queries: dict[str, str]
    judgments: dict[str, dict[str, int]]


def objects(path: Path) -> Iterator[dict[str, object]]:
    """Yield the objects of a JSONL file, compressed or not."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def documents(path: Path, limit: int | None = None) -> list[Document]:
    """Read documents of a JSONL file with `_id` or `id`, `title`, `text` or `body`."""
    found = []
    for at, item in enumerate(objects(path)):
        if limit is not None and at >= limit:
            break
        key = item.get("_id", item.get("id", at))
        text = item.get("text", item.get("body", ""))
        found.append(Document(str(key), str(item.get("title") or ""), str(text or "")))
    return found


def seed_documents() -> list[Document]:
    """Read the seed articles."""
    sources = readers.find([SEEDS], Format.ARTICLES, lambda _: None)
    read = readers.read(sources, Format.ARTICLES, lambda _: None)
    return [
        Document(str(item.document["id"]), str(item.document["title"]), str(item.document["body"]))
        for item in read
        if str(item.document["id"])[0].isdigit()
    ]


def seeds() -> Judged:
    """Read the seed articles with their judged queries."""
    judgments: dict[str, dict[str, int]] = {}
    with (SEEDS / "queries.tsv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            judgments.setdefault(row["query"], {})[row["article"]] = int(row["judgment"])
    return Judged("seeds", seed_documents(), {query: query for query in judgments}, judgments)


def beir(folder: Path) -> Judged:
    """Read a folder with `corpus.jsonl.gz`, `queries.jsonl.gz` and `qrels.tsv`.

    Without a corpus of its own, its file `CORPUS` names another folder's, relative to itself; the
    titles of those documents are withheld, since they are the queries.
    """
    queries = {str(item["_id"]): str(item["text"]) for item in objects(folder / "queries.jsonl.gz")}
    judgments: dict[str, dict[str, int]] = {}
    with (folder / "qrels.tsv").open(encoding="utf-8", newline="") as lines:
        for query, document, judgment in csv.reader(lines, delimiter="\t"):
            if query in queries:
                judgments.setdefault(query, {})[document] = int(judgment)
    own, note = folder / "corpus.jsonl.gz", folder / "CORPUS"
    if own.exists() or not note.exists():
        return Judged(folder.name, documents(own), queries, judgments)
    named = re.search(r"\S+corpus\.jsonl\.gz", note.read_text(encoding="utf-8"))
    if named is None:
        raise ValueError(f"{note} names no corpus.jsonl.gz")
    shared = documents(folder / named.group())
    withheld = [dataclasses.replace(document, title="") for document in shared]
    return Judged(folder.name, withheld, queries, judgments)
