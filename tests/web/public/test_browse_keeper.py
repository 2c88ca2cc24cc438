"""Counts of browse pages are made beside the requests: nobody waits for the matching."""

from collections.abc import Iterator
from threading import Event
from time import monotonic, sleep
from typing import Any

import pytest

from web.bootstrap import Platform
from web.public import browse_keeper
from web.public.browse_keeper import HoldingsKeeper

PATIENCE = 10.0


@pytest.fixture
def gate(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Event:
    """While it is closed, matching of demands does not get on."""
    opened, match = Event(), platform.engine.match_demand

    def waiting(*args: Any, **named: Any) -> object:
        assert opened.wait(PATIENCE)
        return match(*args, **named)

    monkeypatch.setattr(platform.engine, "match_demand", waiting)
    return opened


@pytest.fixture
def keeper(platform: Platform, gate: Event) -> Iterator[HoldingsKeeper]:
    keeper = HoldingsKeeper(platform)
    keeper.start()
    yield keeper
    gate.set()
    keeper.close()


def until_matched(keeper: HoldingsKeeper) -> None:
    end = monotonic() + PATIENCE
    while keeper.read().unmet is None:
        assert monotonic() < end
        sleep(0.02)


def test_counts_come_before_the_matches(keeper: HoldingsKeeper, gate: Event) -> None:
    first = keeper.read()
    assert first.unmet is None
    assert len(first.entries) > 100
    gate.set()
    until_matched(keeper)
    assert keeper.read().unmet
    assert keeper.read() is keeper.read()


def test_after_a_change_the_known_matches_stay_until_the_new_ones_are_there(
    platform: Platform, keeper: HoldingsKeeper, gate: Event
) -> None:
    gate.set()
    until_matched(keeper)
    before = keeper.read()
    gate.clear()
    platform.engine.rebuild()
    end = monotonic() + PATIENCE
    while keeper.read() is before:
        assert monotonic() < end
        sleep(0.02)
    assert keeper.read().unmet == before.unmet
    assert keeper.read().trees is platform.engine.view.trees


def test_what_goes_wrong_is_tried_again(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real, broken = browse_keeper.count, [True]

    def count(*args: Any) -> object:
        if broken:
            raise RuntimeError("once")
        return real(*args)

    monkeypatch.setattr(browse_keeper, "count", count)
    monkeypatch.setattr(browse_keeper, "INTERVAL", 0.01)
    monkeypatch.setattr(browse_keeper, "FIRST", 0.05)
    keeper = HoldingsKeeper(platform)
    keeper.start()
    with pytest.raises(RuntimeError):
        keeper.read()
    broken.clear()
    monkeypatch.setattr(browse_keeper, "FIRST", PATIENCE)
    assert keeper.read().entries
    keeper.close()
    assert sum("holdings: not counted" in record.message for record in caplog.records) == 1
