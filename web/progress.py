"""How the long steps of a start are shown: bars on a terminal, plain lines elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol, TextIO

Advance = Callable[[int, int], None]
"""`advance(done, all)`: how far the step is. Not calling it is fine."""


class Progress(Protocol):
    """Shows steps one after another."""

    def step(self, title: str) -> AbstractContextManager[Advance]:
        """Return a context in which the step runs; it yields what to call to advance."""
        ...


class SilentProgress:
    """Shows nothing."""

    @contextmanager
    def step(self, title: str) -> Iterator[Advance]:  # noqa: ARG002 - the protocol's name
        """Run the step."""
        yield lambda _done, _all: None


class LineProgress:
    """One line when a step begins, one for each quarter of a long step, one at its end."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stderr

    @contextmanager
    def step(self, title: str) -> Iterator[Advance]:
        """Run the step. Steps shorter than half a second leave one line only."""
        began = time.monotonic()
        told = 0
        self._say(f"{title} ……")

        def advance(done: int, whole: int) -> None:
            nonlocal told
            quarter = 4 * done // whole if whole else 4
            if told < quarter < 4 and time.monotonic() - began > 0.5:
                told = quarter
                self._say(f"{title} {done}/{whole}")

        yield advance
        took = time.monotonic() - began
        if took > 0.5:
            self._say(f"{title} 完成（{took:.1f} 秒）")

    def _say(self, line: str) -> None:
        self._out.write(line + "\n")
        self._out.flush()


class BarProgress:
    """A bar for each step on a terminal, with the time it took."""

    @contextmanager
    def step(self, title: str) -> Iterator[Advance]:
        """Run the step."""
        from rich import progress as rich
        from rich.console import Console

        columns = (
            rich.TextColumn("{task.description}"),
            rich.BarColumn(),
            rich.TaskProgressColumn(),
            rich.TimeElapsedColumn(),
        )
        with rich.Progress(*columns, console=Console(stderr=True)) as bars:
            task = bars.add_task(title, total=None)

            def advance(done: int, whole: int) -> None:
                bars.update(task, completed=done, total=max(whole, 1))

            yield advance
            total = bars.tasks[0].total or 1
            bars.update(task, completed=total, total=total)


def progress_for(stream: TextIO | None = None) -> Progress:
    """Return bars when the stream (stderr) is a terminal, else lines."""
    return BarProgress() if (stream or sys.stderr).isatty() else LineProgress(stream)
