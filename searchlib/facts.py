"""What there is to know of an index: counts, sizes, terms, analyzers, versions, fields."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from searchlib.analysis.morphology import dictionary_version
from searchlib.analysis.unicode import icu_version
from searchlib.engines.base import EngineIndex
from searchlib.fields import Field, Keyword, Text
from searchlib.schema import Schema


def facts_of(
    engine: EngineIndex, schema: Schema, fingerprints: Mapping[str, str]
) -> dict[str, Any]:
    """Return all of it as plain values; `Index.info` says what each means."""
    state = engine.snapshot()
    segments = state.segments()
    sizes = state.sizes()
    terms = state.distinct_terms()
    return {
        "engine": engine.name,
        "documents": state.document_count(),
        "deleted": sum(deleted for _, deleted, _ in segments),
        "segments": len(segments),
        "bytes": sum(sizes.values()),
        "by_segment": [
            {"documents": documents, "deleted": deleted, "bytes": size}
            for documents, deleted, size in segments
        ],
        "sizes": sizes,
        "terms": {
            name: terms[name] for name, field in schema.items() if isinstance(field, Text | Keyword)
        },
        "analyzers": {
            name: _analyzer(fingerprints[name], field)
            for name, field in schema.text_fields().items()
        },
        "versions": {
            "searchlib": version("searchlib"),
            **engine.versions(),
            "icu": icu_version(),
            "dictionary": dictionary_version(),
        },
        "fields": {name: field_options(field) for name, field in schema.items()},
    }


def _analyzer(fingerprint: str, field: Text) -> dict[str, Any]:
    """What a field was indexed with, and whether it is searched with the same today."""
    used = field.analyzer
    described: dict[str, Any] = json.loads(fingerprint)
    if used.derivation:
        described["derivation"] = True
    return described | {"is_current": used.fingerprint == fingerprint}


def field_options(field: Field) -> dict[str, Any]:
    """Return the type of a field and its options, by the names that a schema file has."""
    names = (option.name for option in dataclasses.fields(field) if option.name != "analyzer")
    return {"type": field.kind, **{name: getattr(field, name) for name in names}}
