"""The reference engine: Whoosh, fed with the keys of the same analyzers and asked the same plans.

It is the independent second opinion of the tests: Whoosh inverts, keeps and finds the documents;
the formula of docs/scoring.md is computed a second time here. What it cannot do, or does in another
way than Whoosh alone would, is in docs/engines.md.
"""

from searchlib.engines.whoosh.index import WhooshIndex, create, open_index, schema_of

__all__ = ["WhooshIndex", "create", "open_index", "schema_of"]
