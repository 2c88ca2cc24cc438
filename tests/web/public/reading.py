"""A page as a test reads it: what stands in it, where it leads, what it would load."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset("meta link input br img hr wbr path rect".split())


@dataclass
class Read(HTMLParser):
    """Collects tags, addresses and visible text of one page."""

    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    open_tags: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open_tags.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self.open_tags or self.open_tags.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attrs for name, attrs in self.tags if name == tag]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    @property
    def addresses(self) -> list[str]:
        names = ("href", "src", "action", "hx-get", "data-suggest", "formaction")
        return [attrs[name] for _tag, attrs in self.tags for name in names if name in attrs]


def read(html: str) -> Read:
    page = Read()
    page.feed(html)
    page.close()
    return page
