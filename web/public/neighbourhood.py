"""A small picture of what stands around a node: boxes in two columns, as plain numbers.

The kind of a node is told by shape and word, never by colour alone. The template turns it into
SVG with classes only (the content policy allows no inline style).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Literal

Shape = Literal["entry", "organization", "demand", "topic", "material"]
MOST = 14
WIDTH, BOX, CENTRE, ROW, HIGH = 860, 270, 200, 58, 46
LETTERS, CENTRE_LETTERS = 16, 11
_NUDGE = 10


@dataclass(frozen=True, slots=True)
class Tie:
    """One neighbour: what it is to the centre, its name, shape, and its page if it has one."""

    word: str
    name: str
    shape: Shape
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """A neighbour's place in the picture; the line runs from (x1, y1) to (x2, y2)."""

    tie: Tie
    label: str
    x: int
    y: int
    x1: int
    y1: int
    x2: int
    y2: int
    outline: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole picture; `lines` are those of the centre's name, `hidden` ties not drawn."""

    width: int
    height: int
    centre: str
    lines: Sequence[str]
    centre_y: int
    boxes: Sequence[Box]
    ties: Sequence[Tie]
    hidden: int


def draw(centre: str, groups: Sequence[Sequence[Tie]]) -> Picture | None:
    """Place at most `MOST` ties, taken from the groups in turn; None when there are none.

    Groups keep together: the first half of them stands left, the other right.
    """
    dealt = [tie for tie in chain.from_iterable(zip_longest(*groups)) if tie is not None]
    kept = set(map(id, dealt[:MOST]))
    shown = [tie for group in groups for tie in group if id(tie) in kept]
    if not shown:
        return None
    half = (len(shown) + 1) // 2
    left, right = shown[:half], shown[half:]
    rows = max(len(left), len(right), 2)
    height = rows * ROW
    middle = height // 2
    boxes = [_box(t, n, len(left), rows, is_left=True) for n, t in enumerate(left)]
    boxes += [_box(t, n, len(right), rows, is_left=False) for n, t in enumerate(right)]
    return Picture(
        WIDTH, height, centre, _wrap(centre), middle, boxes, shown, len(dealt) - len(shown)
    )


def _box(tie: Tie, n: int, count: int, rows: int, *, is_left: bool) -> Box:
    top = (rows - count) * ROW // 2 + n * ROW + (ROW - HIGH) // 2
    x = 0 if is_left else WIDTH - BOX
    near = (WIDTH - CENTRE) // 2
    return Box(
        tie,
        cut(tie.name, LETTERS),
        x,
        top,
        BOX if is_left else WIDTH - BOX,
        top + HIGH // 2,
        near if is_left else near + CENTRE,
        rows * ROW // 2,
        _outline(tie.shape, x, top),
    )


def _outline(shape: Shape, x: int, y: int) -> str:
    """Return the path of a box: square, round, pointed, cut corner or slanted."""
    right, bottom, n = x + BOX, y + HIGH, _NUDGE
    match shape:
        case "organization":
            r = HIGH // 2
            return (
                f"M{x + r} {y}H{right - r}A{r} {r} 0 0 1 {right - r} {bottom}"
                f"H{x + r}A{r} {r} 0 0 1 {x + r} {y}Z"
            )
        case "demand":
            mid = y + HIGH // 2
            return f"M{x + n} {y}H{right - n}L{right} {mid}L{right - n} {bottom}H{x + n}L{x} {mid}Z"
        case "topic":
            return f"M{x + n} {y}H{right}V{bottom - n}L{right - n} {bottom}H{x}V{y + n}Z"
        case "material":
            return f"M{x + n} {y}H{right}L{right - n} {bottom}H{x}Z"
        case _:
            return f"M{x} {y}H{right}V{bottom}H{x}Z"


def cut(text: str, letters: int) -> str:
    """Return the text in at most so many full-width letters (two Latin ones count as one)."""
    room = letters * 2
    for n, letter in enumerate(text):
        room -= 2 if ord(letter) > 0x2000 else 1
        if room < 0:
            return text[: max(n - 1, 1)] + "…"
    return text


def _wrap(text: str, most: int = 3) -> list[str]:
    lines: list[str] = []
    while text and len(lines) < most:
        line = cut(text, CENTRE_LETTERS)
        if line != text and len(lines) < most - 1:
            line = line[:-1]
        lines.append(line)
        text = text[len(line) :]
    return lines
