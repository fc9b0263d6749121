"""Snippets.

`passages` chooses what of a text to show, `borders` knows where it may be cut, `markup` renders it.
"""
