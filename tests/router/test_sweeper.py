"""Background loops outlive every error."""

import asyncio
import sys
import time
from pathlib import Path
from random import Random

from structlog.testing import capture_logs

from router import sweeper
from router.metrics import ProcessFigures
from router.rpc.health import HOLD, Health

sys.path.insert(0, str(Path(__file__).parent / "rpc"))
from scripted_app import ScriptedApp


async def run_for(app, seconds, monkeypatch):
    timed = "SWEEP SERVE TIMERS RELAY DELIVER MAIL REFRESH FOLLOW LEARN PRICES PROBE"
    for name in [*timed.split(), "REOPTIMISE", "LAG"]:
        monkeypatch.setattr(sweeper, f"{name}_S", 0.01)
    health, figures = Health(), ProcessFigures()
    loops = sweeper.Sweeper(app, health, figures, rng=Random(7))
    loops.start()
    await asyncio.sleep(seconds)
    await loops.stop()
    return health, figures


async def test_all_steps_are_repeated(monkeypatch):
    app = ScriptedApp()
    health, _ = await run_for(app, 0.3, monkeypatch)
    assert min(app.rounds.values()) >= 3
    assert health.is_serving(HOLD)


async def test_a_failing_step_is_told_once_counted_and_tried_again(monkeypatch):
    monkeypatch.setenv("SCRIPTED_RELAY_FAILS", "1")
    app = ScriptedApp()
    with capture_logs() as lines:
        _, figures = await run_for(app, 0.3, monkeypatch)
    failed = [line for line in lines if line["event"] == "background.failed"]
    assert [line["loop"] for line in failed] == ["relay"]
    assert figures.background_failures["relay"] == app.rounds["relay"] >= 3


async def test_stores_that_do_not_answer_are_not_serving(monkeypatch):
    monkeypatch.setattr(sweeper, "PROBE_SECONDS_MAX", 0.05)
    app = ScriptedApp()

    async def silent():
        await asyncio.sleep(30)

    app.stock.ping = silent
    health, figures = await run_for(app, 0.3, monkeypatch)
    assert not health.is_serving(HOLD)
    assert health.is_serving("")
    assert figures.background_failures["probe"] >= 1


async def test_a_blocked_loop_shows_as_lag(monkeypatch):
    app = ScriptedApp()

    def block():
        time.sleep(0.1)

    async def sweep():
        block()

    app.sweep = sweep
    _, figures = await run_for(app, 0.5, monkeypatch)
    assert figures.loop_lag_seconds_max > 0.03
