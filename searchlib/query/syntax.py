"""The query language: text to tree.

The lexer cuts the text; here operators are told from words by their neighbours and joined into
nodes, from the tightest: NEAR, juxtaposition, NOT, AND, OR. Brackets are kept on a list, not on
the interpreter's stack, so no text can exhaust it. Nothing here knows a schema beyond the names
of its fields.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from searchlib.errors import QueryError, QuerySyntaxError
from searchlib.query import tree
from searchlib.query.lexer import Close, Leaf, Lexer, Open, Operator, OperatorToken, Token

if TYPE_CHECKING:
    from collections.abc import Collection

    from searchlib.query.tree import Query

Item = Leaf | OperatorToken


def parse(
    text: str,
    *,
    lenient: bool = False,
    operator: Operator = "or",
    fields: Collection[str] | None = None,
) -> Query:
    r"""Read the text of a query into a tree; docs/query-language.md describes the language.

    `operator` joins words that stand side by side: "or" makes `Words`, "and" makes `And`. `fields`
    are the names that may stand before a colon; without it, any name of Latin letters, digits and
    `_` may. A text without any word is `Nothing()`.

    Strict reading raises QuerySyntaxError, with the position of what cannot be read. Lenient
    reading never raises for a text and drops no word; `.notes` of the tree says what it took for
    plain words or left out. Arguments of a wrong type raise QueryError in both.

    >>> parse("title:нефть газ")
    Words(clauses=(Word(text='нефть', field='title'), Word(text='газ', field=None)))
    >>> parse("нефть AND", lenient=True).notes
    ('AND has nothing after it; complete it or write \\AND for the word (at position 6)',)
    """
    if not isinstance(text, str):
        raise QueryError(f"the text of a query is a string, not {type(text).__name__}")
    if operator not in ("or", "and"):
        raise QueryError(f"operator is 'or' or 'and', not {operator!r}")
    if isinstance(fields, str):
        raise QueryError("fields is a collection of names, not one string")
    lexer = Lexer(text, lenient=lenient, operator=operator, fields=fields)
    if not lexer.has_words():
        return tree.Nothing()
    try:
        query = _Builder(lexer, operator).build(lexer.tokens())
    except QuerySyntaxError as error:
        if not lenient:
            raise
        words = tuple(lexer.plain_words())
        query = _juxtaposed(words, operator) if words else tree.Nothing()
        message = error.args[0]
        lexer.notes.append(f"{message} (at position {error.position}); all is read as plain words")
    return dataclasses.replace(query, notes=tuple(lexer.notes)) if lexer.notes else query


def _juxtaposed(clauses: tuple[Query, ...], operator: Operator) -> Query:
    if len(clauses) == 1:
        return clauses[0]
    return tree.And(clauses) if operator == "and" else tree.Words(clauses)


class _Builder:
    """Joins tokens into nodes, bracket by bracket from the inside."""

    def __init__(self, lexer: Lexer, operator: Operator) -> None:
        self._lexer = lexer
        self._operator = operator

    def build(self, tokens: list[Token]) -> Query:
        groups: list[list[Item]] = [[]]
        opened: list[Open] = []
        for token in tokens:
            if isinstance(token, Open):
                opened.append(token)
                groups.append([])
            elif isinstance(token, Close):
                self._close(groups, opened.pop(), token)
            else:
                groups[-1].append(token)
        while opened:
            last = opened.pop()
            self._lexer.problem("this bracket is never closed", last.start)
            self._close(groups, last, Close(None, None, last.start))
        try:
            query, _ = self._group(groups[0], 0)
        except QuerySyntaxError:
            raise
        except QueryError as error:
            self._lexer.fail(str(error), 0)
        return tree.Nothing() if query is None else query

    def _close(self, groups: list[list[Item]], opened: Open, closed: Close) -> None:
        """Put the innermost group into the one around it as a leaf."""
        start = opened.start
        items = groups.pop()
        try:
            query, clauses = self._group(items, start, opened.kind)
            if query is None:
                self._lexer.problem("there is no word between these brackets", start)
                if opened.name:
                    groups[-1].append(Leaf(tree.Word(opened.name), "", start))
                return
            if closed.quorum is not None and clauses is None:
                self._lexer.problem("a quorum stands after words without operators", start)
            elif closed.quorum is not None and clauses:
                query = tree.Quorum(clauses, closed.quorum)
            if closed.factor is not None:
                query = tree.Boost(query, closed.factor)
        except QuerySyntaxError:
            raise
        except QueryError as error:
            self._lexer.fail(str(error), start)
        groups[-1].append(Leaf(query, opened.mark, start))

    def _group(
        self, items: list[Item], start: int, kind: str = ""
    ) -> tuple[Query | None, tuple[Query, ...] | None]:
        """Return the node of the items, and their nodes alone if no operator joins them."""
        leaves = [item for item in items if isinstance(item, Leaf)]
        if len(leaves) < len(items):
            items = self._near(self._resolved(items))
            leaves = [item for item in items if isinstance(item, Leaf)]
        if not leaves:
            return None, None
        if len(leaves) < len(items):
            if kind:
                self._lexer.problem(rf"\{kind}(…) holds clauses without operators", start)
            return self._joined(items), None
        if kind:
            return self._explicit(kind, leaves), None
        if any(leaf.mark for leaf in leaves):
            return self._marked(leaves), None
        clauses = tuple(leaf.node for leaf in leaves)
        return _juxtaposed(clauses, self._operator), clauses

    def _explicit(self, kind: str, leaves: list[Leaf]) -> Query:
        clauses = tuple(leaf.node for leaf in leaves)
        match kind:
            case "and":
                return tree.And(clauses)
            case "or":
                return tree.Or(clauses)
            case "words":
                return tree.Words(clauses)
            case _:
                return self._marked(leaves)

    def _resolved(self, items: list[Item]) -> list[Item]:
        """Turn each operator that cannot be one here into a word, or raise.

        Afterwards a binary operator has a leaf before it, and the last item is a leaf.
        """
        resolved: list[Item] = []
        for index, item in enumerate(items):
            if isinstance(item, OperatorToken):
                previous = resolved[-1] if resolved else None
                at_end = index + 1 == len(items)
                if item.name == "NOT":
                    misplaced = at_end or (previous is None and item.is_russian)
                else:
                    misplaced = at_end or not isinstance(previous, Leaf)
                if misplaced:
                    if not item.is_russian:
                        side = "after" if at_end else "before"
                        self._lexer.problem(
                            f"{item.text} has nothing {side} it; complete it or write "
                            f"\\{item.text} for the word",
                            item.start,
                        )
                    item = _as_word(item)
            resolved.append(item)
        return resolved

    def _near(self, items: list[Item]) -> list[Item]:
        """Join words around NEAR; elsewhere NEAR is an error, or a word in lenient reading."""
        joined: list[Item] = []
        growing: tuple[list[tree.Word | tree.Exact], int] | None = None
        position = 0
        while position < len(items):
            item = items[position]
            if not (isinstance(item, OperatorToken) and item.name == "NEAR"):
                joined.append(item)
                growing = None
                position += 1
                continue
            left, right = joined[-1], items[position + 1]
            words, distance = growing or (_near_operand(left), item.distance)
            operand = [] if isinstance(right, Leaf) and right.mark else _near_operand(right)
            if (
                isinstance(left, Leaf)
                and words
                and operand
                and distance == item.distance
                and words[0].field == operand[0].field
            ):
                words.extend(operand)
                growing = (words, distance)
                position += 2
                if not self._more_near(items, position, growing):
                    left.node = tree.Near(tuple(words), distance, words[0].field)
                    growing = None
                continue
            self._lexer.problem(
                f"{item.text} stands between two words of one field, and a chain of them has "
                "one distance",
                item.start,
            )
            joined.append(_as_word(item))
            growing = None
            position += 1
        return joined

    @staticmethod
    def _more_near(
        items: list[Item], position: int, growing: tuple[list[tree.Word | tree.Exact], int]
    ) -> bool:
        """Tell whether the chain of NEAR goes on, so that its node is built once, at its end."""
        if position + 1 >= len(items):
            return False
        item, right = items[position], items[position + 1]
        operand = _near_operand(right)
        return (
            isinstance(item, OperatorToken)
            and item.name == "NEAR"
            and item.distance == growing[1]
            and bool(operand)
            and not (isinstance(right, Leaf) and right.mark)
            and operand[0].field == growing[0][0].field
        )

    def _joined(self, items: list[Item]) -> Query:
        """Join leaves by juxtaposition, NOT, AND and OR."""
        alternatives: list[Query] = []
        parts: list[Query] = []
        side_by_side: list[Leaf] = []
        negations = 0
        for item in items:
            if isinstance(item, Leaf) and not negations:
                side_by_side.append(item)
            elif isinstance(item, Leaf):
                node = self._marked([item]) if item.mark else item.node
                for _ in range(negations):
                    node = tree.Not(node)
                parts.append(node)
                negations = 0
            else:
                if side_by_side:
                    parts.append(self._side_by_side(side_by_side))
                    side_by_side = []
                if item.name == "NOT":
                    negations += 1
                elif item.name == "OR":
                    alternatives.append(_one_or(tree.And, parts))
                    parts = []
        if side_by_side:
            parts.append(self._side_by_side(side_by_side))
        alternatives.append(_one_or(tree.And, parts))
        return _one_or(tree.Or, alternatives)

    def _side_by_side(self, leaves: list[Leaf]) -> Query:
        if any(leaf.mark for leaf in leaves):
            return self._marked(leaves)
        return _juxtaposed(tuple(leaf.node for leaf in leaves), self._operator)

    def _marked(self, leaves: list[Leaf]) -> Query:
        """Return the node of clauses with `+` and `-`; those without are needed under "and"."""
        free = "+" if self._operator == "and" else ""
        return tree.Boolean(
            must=tuple(leaf.node for leaf in leaves if (leaf.mark or free) == "+"),
            should=tuple(leaf.node for leaf in leaves if (leaf.mark or free) == ""),
            must_not=tuple(leaf.node for leaf in leaves if leaf.mark == "-"),
        )


def _as_word(item: OperatorToken) -> Leaf:
    return Leaf(tree.Word(item.text, item.field), "", item.start)


def _near_operand(item: Item) -> list[tree.Word | tree.Exact]:
    if isinstance(item, Leaf) and isinstance(item.node, tree.Word | tree.Exact):
        return [item.node]
    return []


def _one_or(kind: type[tree.And] | type[tree.Or], nodes: list[Query]) -> Query:
    return nodes[0] if len(nodes) == 1 else kind(tuple(nodes))
