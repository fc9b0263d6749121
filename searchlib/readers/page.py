"""From the text of an HTML page to its title, date and main text; runs in a process of its own.

selectolax (Lexbor) builds the tree as browsers do; trafilatura takes the main text, the title and
the day out of it. A page whose main text is not found gives all that a browser would show. Nothing
here opens a connection: trafilatura is given trees only, never an address.
"""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Any

from searchlib.readers.base import Reason, RowError
from searchlib.readers.paragraphs import SPACES, Paragraphs

if TYPE_CHECKING:
    from lxml.etree import _Element
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_DEEPEST = 200
"""Pages nested deeper than this are no articles; lxml, behind trafilatura, stops at 256."""
_MOST_ELEMENTS = 10_000
"""Nor are pages of more elements; trafilatura takes 2 s for these, and 3 minutes for 24,000."""
_NEVER_SHOWN = (
    "script, style, template, noscript, iframe, object, svg, math, datalist, dialog:not([open]), "
    "[hidden]"
)
# fmt: off
_PARAGRAPHS = frozenset((
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog",
    "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2",
    "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "legend", "main", "menu", "nav", "ol", "p",
    "pre", "search", "section", "summary", "table", "ul",
))
# fmt: on
_LINES = frozenset(("br", "li", "tr", "option", "caption"))
_CELLS = frozenset(("td", "th"))
_VERBATIM = frozenset(("pre", "textarea", "listing", "xmp"))
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def parse(text: str) -> dict[str, Any]:
    r"""Return `title`, `date` (ISO 8601) and `body` of a page. Raises RowError if it has no text.

    >>> parse("<title>Порт</title><p>Причал открыт.<p>Суда &mdash; у стенки.")
    {'title': 'Порт', 'body': 'Причал открыт.\n\nСуда — у стенки.'}
    """
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(text)
    heading = _heading(tree)
    title, day = heading, None
    may_be_article = _may_be_article(tree)
    if may_be_article:
        # Before scripts are taken away: some keep title and day of the page.
        found_title, day = _metadata(tree)
        title = found_title or heading
    _remove_hidden(tree)
    body = (_main_text(tree) if may_be_article else "") or _visible_text(tree)
    if not body:
        raise RowError(Reason.EMPTY, "a page without text")
    document = {"title": title, "date": day, "body": body}
    return {name: value for name, value in document.items() if value}


def _heading(tree: LexborHTMLParser) -> str:
    for selector in ("head title", "h1"):
        node = tree.css_first(selector)
        if node is not None and (text := SPACES.sub(" ", node.text()).strip()):
            return text
    return ""


def _may_be_article(tree: LexborHTMLParser) -> bool:
    """Whether a tree is small enough to look for the main text in it."""
    level = elements = 0
    node = tree.root
    while node is not None:
        elements += node.is_element_node
        if level > _DEEPEST or elements > _MOST_ELEMENTS:
            return False
        if (below := node.child) is not None:
            node, level = below, level + 1
            continue
        while node is not None and node.next is None:
            node, level = node.parent, level - 1
        node = node.next if node is not None else None
    return True


def _remove_hidden(tree: LexborHTMLParser) -> None:
    for node in tree.css(_NEVER_SHOWN):
        node.decompose()
    for node in tree.css("[style]"):
        if _INVISIBLE.search(node.attributes.get("style") or ""):
            node.decompose()


def visible_text(markup: str) -> str:
    """Return all that is shown of a piece of HTML.

    >>> visible_text("<p>Причал<script>x()</script> открыт")
    'Причал открыт'
    """
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(markup)
    _remove_hidden(tree)
    return _visible_text(tree)


# ---- main text --------------------------------------------------------------------------------


def _metadata(tree: LexborHTMLParser) -> tuple[str, str | None]:
    """Return the title and the day of publication as the page's markup has them."""
    from trafilatura import extract_metadata

    # Heuristics over anybody's markup: where they fail, the page is still worth its text.
    with contextlib.suppress(Exception):
        found = extract_metadata(
            _lxml(tree),
            # Only what the page says of itself: a day somewhere in the text is another day.
            date_config={
                "original_date": True,
                "extensive_search": False,
                "outputformat": "%Y-%m-%d",
            },
        )
        return SPACES.sub(" ", found.title or "").strip(), found.date
    return "", None


def _main_text(tree: LexborHTMLParser) -> str:
    from trafilatura import bare_extraction

    with contextlib.suppress(Exception):
        found = bare_extraction(_lxml(tree), include_comments=False)
        if found is not None and not isinstance(found, dict) and found.body is not None:
            out = Paragraphs()
            _render(found.body, out)
            return out.text()
    return ""


def _lxml(tree: LexborHTMLParser) -> Any:
    from lxml import html

    parser = html.HTMLParser(encoding="utf-8", no_network=True)
    return html.document_fromstring((tree.html or "").encode(errors="replace"), parser=parser)


def _render(element: _Element, out: Paragraphs) -> None:
    """Write an element of trafilatura's own tree: head, p, list, item, table, row, cell, …."""
    tag = str(element.tag)
    verbatim = tag in ("code", "quote")
    if tag in ("p", "head", "list", "table", "quote"):
        out.end(2)
    elif tag in ("item", "row", "lb"):
        out.end(1)
    elif tag == "cell" and element.getprevious() is not None:
        out.cell()
    out.add(element.text or "", verbatim=verbatim)
    for child in element:
        _render(child, out)
        out.add(child.tail or "", verbatim=verbatim)
    if tag in ("p", "head", "list", "table", "quote"):
        out.end(2)
    elif tag in ("item", "row"):
        out.end(1)


# ---- all that is shown --------------------------------------------------------------------------


def _visible_text(tree: LexborHTMLParser) -> str:
    """Return the text of a page without what is hidden, block by block, at any depth."""
    out = Paragraphs()
    verbatim = 0
    node: LexborNode | None = tree.body
    while node is not None:
        tag = node.tag or ""
        if tag == "-text":
            out.add(node.text_content or "", verbatim=verbatim > 0)
        verbatim += tag in _VERBATIM
        _border(tag, out)
        if (below := node.child) is not None:
            node = below
            continue
        while True:
            _border(node.tag or "", out, closing=True)
            verbatim -= node.tag in _VERBATIM
            if node.next is not None:
                node = node.next
                break
            node = node.parent
            if node is None or node.tag in ("body", "html"):
                return out.text()
    return out.text()


def _border(tag: str, out: Paragraphs, *, closing: bool = False) -> None:
    if tag in _PARAGRAPHS:
        out.end(2)
    elif tag in _LINES:
        out.end(1)
    elif tag in _CELLS and not closing:
        out.cell()
