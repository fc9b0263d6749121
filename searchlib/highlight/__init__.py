"""Snippets: `passages` chooses what of a text to show, `markup` renders it, `borders` knows where to cut."""
