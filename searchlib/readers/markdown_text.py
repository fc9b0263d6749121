"""From Markdown to its front matter and its text without markup; runs in a process of its own.

CommonMark with tables, strikethrough, footnotes, lists of definitions and of tasks, by
markdown-it-py and its plugins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from searchlib.readers import front_matter
from searchlib.readers.base import Reason, RowError
from searchlib.readers.page import visible_text
from searchlib.readers.paragraphs import Paragraphs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_DEEPEST = 100
_PARAGRAPHS = frozenset(
    ("paragraph", "heading", "blockquote", "bullet_list", "ordered_list", "table", "dl")
)
_LINES = frozenset(("list_item", "tr", "dt", "dd"))


def parse(text: str) -> dict[str, Any]:
    r"""Return the fields of the front matter, `title` and `body`. Raises RowError.

    >>> parse("---\ntags: порт, нефть\n---\n# Причал\n\nОткрыт *новый* [причал](/p).")
    {'title': 'Причал', 'tags': ['порт', 'нефть'], 'body': 'Причал\n\nОткрыт новый причал.'}
    """
    fields, markup = front_matter.split(text)
    tokens = _markdown().parse(markup)
    if any(token.level >= _DEEPEST - 1 for token in tokens):
        # What is nested deeper the parser leaves out; then the text is better than its meaning.
        heading, body = "", markup.strip()
    else:
        heading, body = _heading(tokens), _text(tokens)
    if not body and "title" not in fields:
        raise RowError(Reason.EMPTY, "neither a title nor a text")
    # The id is the name of the file, as with every other format.
    kept = {name: value for name, value in fields.items() if name not in ("id", "body")}
    return {"title": heading or body.split("\n", 1)[0]} | kept | {"body": body}


def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.footnote import footnote_plugin
    from mdit_py_plugins.tasklists import tasklists_plugin

    markdown = MarkdownIt("commonmark", {"maxNesting": _DEEPEST})
    markdown.enable(["table", "strikethrough"])
    return markdown.use(footnote_plugin).use(deflist_plugin).use(tasklists_plugin)


def _heading(tokens: Sequence[Token]) -> str:
    for number, token in enumerate(tokens):
        if token.type == "heading_open" and (text := _text(tokens[number + 1 : number + 2])):
            return text.replace("\n", " ")
    return ""


def _text(tokens: Iterable[Token]) -> str:
    out = Paragraphs()
    for token in tokens:
        _write(token, out)
    return out.text()


def _write(token: Token, out: Paragraphs) -> None:
    match token.type:
        case "inline" | "image":
            for child in token.children or ():
                _write(child, out)
        case "text" | "text_special":
            out.add(token.content)
        case "code_inline":
            out.add(token.content, verbatim=True)
        case "softbreak":
            out.add(" ")
        case "hardbreak":
            out.end(1)
        case "fence" | "code_block":
            out.end(2)
            out.add(token.content, verbatim=True)
            out.end(2)
        case "html_block":
            out.end(2)
            out.add(visible_text(token.content), verbatim=True)
            out.end(2)
        case "html_inline":
            if token.content.lower().startswith("<br"):
                out.end(1)
        case "td_open" | "th_open":
            out.cell()
        case "hr" | "footnote_open" | "footnote_block_open":
            out.end(2)
        case _:
            _border(token, out)


def _border(token: Token, out: Paragraphs) -> None:
    name = token.type.removesuffix("_open").removesuffix("_close")
    if name in _LINES or (name == "paragraph" and token.hidden):
        out.end(1)
    elif name in _PARAGRAPHS:
        out.end(2)
