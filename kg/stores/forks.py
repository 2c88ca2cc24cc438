"""What a forked child has to have anew: a lock that another thread held is never released there."""

import os
from typing import Protocol
from weakref import WeakSet


class Renewed(Protocol):
    """Something with locks."""

    def renew(self) -> None:
        """Take new locks; called in a child right after the fork, when it has one thread."""
        ...


_living: WeakSet[Renewed] = WeakSet()


def renew_in_children(one: Renewed) -> None:
    """Renew it in every child that is forked from now on, as long as it lives."""
    _living.add(one)


def _renew() -> None:
    for one in list(_living):
        one.renew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew)
