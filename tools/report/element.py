"""HTML and SVG as trees: what is put in is escaped where it is written."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element, tostring

Child = Element | str | None


def tag(name: str, /, *children: Child | Iterable[Child], **attributes: object) -> Element:
    """An element. ``class_`` is the attribute ``class``, ``aria_label`` is ``aria-label``; an
    attribute that is None is left out, and so is a child."""
    made = Element(
        name, {_named(key): str(value) for key, value in attributes.items() if value is not None}
    )
    for child in _flat(children):
        _add(made, child)
    return made


def html(root: Element) -> str:
    """The text of a whole page."""
    return "<!DOCTYPE html>\n" + tostring(root, encoding="unicode", method="html") + "\n"


def _named(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def _flat(children: Iterable[Child | Iterable[Child]]) -> Iterable[Element | str]:
    for child in children:
        if isinstance(child, str | Element):
            yield child
        elif child is not None:
            yield from (each for each in child if each is not None)


def _add(parent: Element, child: Element | str) -> None:
    if isinstance(child, Element):
        parent.append(child)
    elif len(parent):
        parent[-1].tail = (parent[-1].tail or "") + child
    else:
        parent.text = (parent.text or "") + child
