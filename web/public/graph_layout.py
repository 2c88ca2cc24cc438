"""Places the drawn nodes: the centre in the middle, its relations as branches to both sides.

A tree laid out like this keeps every name readable and never jumps: on which side a branch
stands follows from the numbers of the centre's relations alone, not from what is opened.
Heights are in CSS pixels of a picture that is not zoomed, the centre at 0; how wide a column is
depends on the window, so only its number is given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from web.public.graph_reading import FIRST, Drawing, Strand

ROW, GAP = 25.0, 14.0
"""From one node to the next below it, and what is added between two branches."""
MARGIN = 24.0
STEP = 40
"""Heights of the picture go up by this, in pixels; the style sheet has a class for each."""
LEAST, LARGEST = 400, 1040


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something stands; `side` -1 is left of the centre, 1 right, 0 the centre.

    `column` counts from the centre (0): words of branches in odd ones, nodes in even ones.
    """

    column: int
    y: int
    side: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Spots of nodes by id and of branches by (owner, position among its strands).

    `height` is that of the picture's frame.
    """

    nodes: Mapping[str, Spot]
    words: Mapping[tuple[str, int], Spot]
    height: int


def lay_out(drawing: Drawing) -> Layout:
    """Return the places of everything drawn."""
    placing = _Placing(drawing)
    root = drawing.opened[0]
    strands = drawing.of(root)
    cut = _cut(strands)
    heights = []
    for side, first, last in ((-1, 0, cut), (1, cut, len(strands))):
        numbers = range(first, last)
        height = placing.height_of(strands[first:last])
        heights.append(height)
        placing.branches(root, numbers, (0, -height / 2), side)
    placing.nodes[root] = Spot(0, 0, 0)
    wanted = max(heights) + 2 * MARGIN
    height = min(max(-(-int(wanted) // STEP) * STEP, LEAST), LARGEST)
    return Layout(placing.nodes, placing.words, height)


def _cut(strands: Sequence[Strand]) -> int:
    """Return how many strands stand left, so that both sides are about as high.

    Reckoned with what would be drawn if nothing were opened, so that no branch changes sides.
    """
    shares = [0] * len(strands)
    room = FIRST
    while room > 0 and any(s.total > n for s, n in zip(strands, shares, strict=True)):
        for n, strand in enumerate(strands):
            if room > 0 and strand.total > shares[n]:
                shares[n] += 1
                room -= 1
    weights = [share * ROW + GAP for share in shares]
    return min(range(len(strands) + 1), key=lambda k: (abs(sum(weights[:k]) - sum(weights[k:])), k))


class _Placing:
    def __init__(self, drawing: Drawing) -> None:
        self._drawing = drawing
        self.nodes: dict[str, Spot] = {}
        self.words: dict[tuple[str, int], Spot] = {}

    def height_of(self, strands: Sequence[Strand]) -> float:
        """Return the height of branches below one another."""
        return sum(map(self._strand_height, strands)) + GAP * max(len(strands) - 1, 0)

    def branches(
        self, owner: str, numbers: Sequence[int], start: tuple[int, float], side: int
    ) -> None:
        """Place the branches of a node from `start` downwards, away from the centre."""
        strands = self._drawing.of(owner)
        column, top = start
        for n in numbers:
            strand = strands[n]
            height = self._strand_height(strand)
            self.words[owner, n] = Spot(column + 1, round(top + height / 2), side)
            y = top
            for item in strand.items:
                room = self._node_height(item)
                self.nodes[item] = Spot(column + 2, round(y + room / 2), side)
                below = self._drawing.of(item)
                if below:
                    inner = y + (room - self.height_of(below)) / 2
                    self.branches(item, range(len(below)), (column + 2, inner), side)
                y += room
            top += height + GAP

    def _strand_height(self, strand: Strand) -> float:
        return sum(map(self._node_height, strand.items))

    def _node_height(self, node_id: str) -> float:
        own = self.height_of(self._drawing.of(node_id)) + GAP if self._drawing.of(node_id) else 0
        return max(ROW, own)
