"""Sixty-four clients of dx-mock serve for a minute (issue: speed)."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("flask")

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def soaked(monkeypatch, seconds, **options):
    """What came of it; no error, no lost update."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import soak

    outcome = soak.run(seconds, **options)
    assert outcome.errors == []
    assert outcome.lost == []
    assert outcome.calls > 0
    return outcome


def test_many_clients_for_a_moment(monkeypatch):
    soaked(monkeypatch, 0.5, clients=16, kept=10, warm_up=100)


@pytest.mark.slow
def test_sixty_four_clients_for_a_minute(monkeypatch):
    """Memory is flat: what it grows by is no more than a few bytes for each call. Nothing is left of a call."""
    outcome = soaked(monkeypatch, 60, kept=1000, warm_up=10_000)
    if outcome.memory is None:
        pytest.skip("no error and nothing lost; memory is only known with Linux's /proc")
    grown = outcome.memory[1] - outcome.memory[0]
    assert grown <= 4 * 2**20 + 20 * outcome.calls
    assert outcome.threads[1] <= outcome.threads[0]
    assert outcome.files[1] <= outcome.files[0]
