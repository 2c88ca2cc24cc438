"""A lost server: one caller tries again, the others are told at once."""

from contextlib import suppress

import pytest

from kg.errors import NodeNotFound, StoreUnreachable
from kg.stores.neo4j.outage import Outage


def lose(outage: Outage) -> None:
    with pytest.raises(StoreUnreachable), outage.noticed():
        raise StoreUnreachable("it was tried")


def refused(outage: Outage) -> bool:
    """Whether one is told at once; what is tried succeeds."""
    tried = False
    with suppress(StoreUnreachable), outage.noticed():
        tried = True
    return not tried


def test_while_all_is_well_nobody_is_refused() -> None:
    outage = Outage(pause=60, longest=60)
    assert not refused(outage)
    with pytest.raises(NodeNotFound), outage.noticed():
        raise NodeNotFound("x")
    assert not refused(outage)


def test_after_a_loss_callers_are_told_at_once() -> None:
    outage = Outage(pause=60, longest=60)
    lose(outage)
    assert refused(outage)
    assert refused(outage)


def test_after_the_pause_one_caller_tries_and_the_others_are_told() -> None:
    outage = Outage(pause=0, longest=60)
    lose(outage)
    with outage.noticed():
        assert refused(outage)
    assert not refused(outage)


def test_an_attempt_that_fails_begins_a_new_pause() -> None:
    outage = Outage(pause=0, longest=60)
    lose(outage)
    lose(outage)
    assert not refused(outage)


def test_a_server_that_refuses_is_not_lost() -> None:
    outage = Outage(pause=0, longest=60)
    lose(outage)
    with pytest.raises(NodeNotFound), outage.noticed():
        raise NodeNotFound("x")
    with outage.noticed():
        assert not refused(outage)


def test_an_attempt_that_takes_too_long_keeps_nobody_from_trying() -> None:
    outage = Outage(pause=0, longest=0)
    lose(outage)
    with outage.noticed():
        assert not refused(outage)
