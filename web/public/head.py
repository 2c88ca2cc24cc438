"""What a page says of itself to machines: canonical address, description, feeds, linked data.

Each kind of page has a function (in `linked_data*`) that makes its `Head` from the typed page
context; the default says no more than where the page is. The pages themselves know nothing of it.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import singledispatch
from typing import Any
from urllib.parse import quote

from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from web.public.links import Links
from web.public.site import Site

CONTEXT = "https://schema.org"
LONGEST_DESCRIPTION = 150
_SPACE = re.compile(r"\s+")
_BREAKS = str.maketrans({"\u2028": "\\u2028", "\u2029": "\\u2029"})

Thing = Mapping[str, Any]
"""A node of JSON-LD in the words of schema.org."""


@dataclass(frozen=True, slots=True)
class Feed:
    """An Atom feed that belongs to the page; `href` is an address on this site."""

    title: str
    href: str


@dataclass(frozen=True, slots=True)
class Export:
    """The list of a page as a file."""

    name: str
    href: str


@dataclass(frozen=True, slots=True)
class Head:
    """`canonical` is absolute, None where the page has no address of its own.

    `index` False asks search engines to follow the links but not to keep the page. `again` is
    the state of a list whose question is too long for an address and has to be posted.
    """

    canonical: str | None
    description: str = ""
    index: bool = True
    kind: str = "website"
    feeds: Sequence[Feed] = ()
    things: Sequence[Thing] = ()
    exports: Sequence[Export] = ()
    again: str | None = None

    @property
    def script(self) -> Markup:
        """The linked data, safe within a script element; empty when there is none."""
        return script(self.things) if self.things else Markup()


@dataclass(frozen=True, slots=True)
class At:
    """Where a page is: the site around it and its own address."""

    site: Site

    @property
    def links(self) -> Links:
        """The addresses of other pages."""
        return self.site.links

    @property
    def here(self) -> str:
        """The whole address of the page without parameters."""
        return self.whole(quote(f"{self.links.prefix}{self.site.path}"))

    def whole(self, path: str) -> str:
        """Return an address of this site with protocol and host."""
        return f"{self.site.origin}{path}"


@singledispatch
def head_of(_page: object, at: At) -> Head:
    """Return the head of a page."""
    return Head(at.here)


def script(things: Sequence[Thing]) -> Markup:
    """Return the things as one JSON-LD document that cannot end its script element.

    `<`, `>`, `&` and `'` are escaped by the template library, U+2028 and U+2029 here: they end a
    line in older readers of JSON.
    """
    document = {"@context": CONTEXT, "@graph": [without_empty(thing) for thing in things]}
    text = htmlsafe_json_dumps(document, dumps=json.dumps, ensure_ascii=False, allow_nan=False)
    return Markup(str(text).translate(_BREAKS))  # noqa: S704 - escaped one line above


def without_empty(value: Any) -> Any:
    """Return the value without properties that are not known (None, "", [] and {})."""
    if isinstance(value, Mapping):
        kept = ((name, without_empty(one)) for name, one in value.items())
        return {name: one for name, one in kept if one not in (None, "", [], {})}
    if isinstance(value, str) or not isinstance(value, Sequence):
        return value
    return [without_empty(one) for one in value]


def described(*texts: str | None) -> str:
    """Return the known texts as one line of at most `LONGEST_DESCRIPTION` characters."""
    line = _SPACE.sub(" ", " ".join(text for text in texts if text)).strip()
    return line if len(line) <= LONGEST_DESCRIPTION else f"{line[: LONGEST_DESCRIPTION - 1]}…"
