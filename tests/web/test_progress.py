"""Progress: plain lines where there is no terminal, bars where there is one."""

import io

import pytest

from web.progress import BarProgress, LineProgress, SilentProgress, progress_for


def test_a_short_step_leaves_one_line() -> None:
    out = io.StringIO()
    with LineProgress(out).step("载入种子数据") as advance:
        for done in range(101):
            advance(done, 100)
    assert out.getvalue() == "载入种子数据 ……\n"


def test_a_long_step_tells_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(1000))
    monkeypatch.setattr("web.progress.time.monotonic", lambda: float(next(clock)))
    out = io.StringIO()
    with LineProgress(out).step("编码") as advance:
        for done in range(101):
            advance(done, 100)
    lines = out.getvalue().splitlines()
    assert lines[:4] == ["编码 ……", "编码 25/100", "编码 50/100", "编码 75/100"]
    assert lines[4].startswith("编码 完成（")


def test_an_error_passes_through() -> None:
    for progress in (SilentProgress(), LineProgress(io.StringIO()), BarProgress()):
        with pytest.raises(ValueError, match="x"), progress.step("步骤"):
            raise ValueError("x")


def test_nothing_to_do_is_no_division_by_zero() -> None:
    for progress in (SilentProgress(), LineProgress(io.StringIO()), BarProgress()):
        with progress.step("步骤") as advance:
            advance(0, 0)


def test_lines_are_chosen_without_a_terminal() -> None:
    assert isinstance(progress_for(io.StringIO()), LineProgress)
