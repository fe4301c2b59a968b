"""Parts of the report's page: sections, tables, and what is folded away until somebody wants it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def escaped(text: object) -> str:
    """As text of an element or in an attribute's double quotes."""
    return html.escape(str(text), quote=True)


def section(title: str, explanation: str, *body: str) -> str:
    """A part of the page, to be linked to by the words of its title; `explanation` and `body` are HTML."""
    name = "-".join(re.findall(r"\w+", title.lower()))
    return f'<section id="{name}"><h2>{title}</h2><p>{explanation}</p>{"".join(body)}</section>'


def folded(summary: str, *body: str, is_open: bool = False) -> str:
    """What opens by its `summary`."""
    return f"<details{' open' if is_open else ''}><summary>{summary}</summary>{''.join(body)}</details>"


def table(name: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows of HTML cells, the first of each its header; it scrolls by itself where it is wider than the page."""
    titles = "".join(f"<th scope=col>{title}</th>" if title else "<td></td>" for title in head)
    body = "".join(f"<tr><th scope=row>{first}</th>{''.join(map(_cell, others))}</tr>" for first, *others in rows)
    return (
        f'<div class=scroll role=region tabindex=0 aria-label="{escaped(name)}">'
        f"<table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def pairs(name: str, values: Mapping[str, Any]) -> str:
    """A table of names and what each of them is."""
    return table(name, ("", "value"), ((escaped(each), escaped(_shown(value))) for each, value in values.items()))


def best(text: str) -> str:
    """What is the best of its row."""
    return f"<strong>{text}</strong>"


def _cell(content: str) -> str:
    return f"<td>{content}</td>"


def _shown(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        return str(list(value)) if isinstance(value, tuple) else str(value)
    return f"{value:,}"
