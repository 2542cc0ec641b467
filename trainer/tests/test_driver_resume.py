"""A driver that was killed, and the attempt after it."""

import json
from pathlib import Path

import pytest

from .attempts import Driver, events_of, kill_now, phases_of, processes_of, result_of, run_attempt, wait_until
from .rounds import build_round


def _steps(directory: Path, attempt: int) -> list[int]:
    return [event["step"] for event in events_of(directory / "attempts" / f"{attempt:04d}") if event["type"] == "step"]


def _kill(driver: Driver) -> None:
    """As the kernel kills it: no handler runs, and nothing of the round may go on."""
    kill_now(driver.process.pid)
    wait_until(lambda: processes_of(driver.directory) == [])
    assert not (driver.folder / "result.json").exists()


def test_the_next_attempt_goes_on_from_the_newest_checkpoint(tmp_path: Path) -> None:
    directory = build_round(tmp_path / "round", {"algo.max_steps": 8}, overrides={"sleep_s": 0.3})
    with Driver(directory) as driver:
        driver.wait_for("checkpoint", step=3)
        _kill(driver)
    assert run_attempt(directory, 2).code == 0
    assert _steps(directory, 2)[0] in (4, 5)
    assert _steps(directory, 2)[-1] == 8
    summary = json.loads((directory / "out" / "metrics.summary.json").read_bytes())
    assert [step["step"] for step in summary["history"]] == list(range(1, 9))


def test_steps_that_a_killed_driver_had_not_read_are_not_missing(tmp_path: Path) -> None:
    directory = build_round(tmp_path / "round", {"algo.max_steps": 4}, overrides={"sleep_s": 0.3})
    with Driver(directory) as driver:
        driver.wait_for("checkpoint", step=2)
        _kill(driver)
    saved = directory / "work" / "progress.json"
    state = json.loads(saved.read_bytes())
    saved.write_text(json.dumps({**state, "step": 0, "checkpoint": None, "history": []}))
    assert run_attempt(directory, 2).code == 0
    summary = json.loads((directory / "out" / "metrics.summary.json").read_bytes())
    assert [step["step"] for step in summary["history"]] == [1, 2, 3, 4]


def test_the_result_is_the_one_of_a_round_that_was_never_killed(tmp_path: Path) -> None:
    whole = build_round(tmp_path / "whole", {"algo.max_steps": 5})
    assert run_attempt(whole).code == 0
    killed = build_round(tmp_path / "killed", {"algo.max_steps": 5}, overrides={"sleep_s": 0.3})
    with Driver(killed) as driver:
        driver.wait_for("checkpoint", step=2)
        _kill(driver)
    assert run_attempt(killed, 2).code == 0
    name = Path("out") / "adapter" / "adapter_model.safetensors"
    assert (killed / name).read_bytes() == (whole / name).read_bytes()


@pytest.mark.parametrize("phase", ["warmup", "export", "evaluate"])
def test_killed_in_another_phase_nothing_is_trained_twice(phase: str, tmp_path: Path) -> None:
    warmup = {"sft_steps": 1, "min_format_rate": 0.2, "probe_rows": 2}
    directory = build_round(tmp_path / "round", {"warmup": warmup}, overrides={"sleep_s": 0.5})
    with Driver(directory) as driver:
        driver.wait_for("phase", name=phase)
        _kill(driver)
    assert run_attempt(directory, 2).code == 0
    again = phases_of(directory / "attempts" / "0002")
    assert ("train" in again) == (phase == "warmup")
    assert result_of(directory, 2)["steps"] == 3


def test_a_finished_out_without_a_result_is_taken_over(tmp_path: Path) -> None:
    """Killed between the rename of `out` and `result.json`."""
    directory = build_round(tmp_path / "round")
    assert run_attempt(directory).code == 0
    (directory / "attempts" / "0001" / "result.json").unlink()
    before = (directory / "out" / "manifest.json").read_bytes()
    assert run_attempt(directory, 2).code == 0
    assert (directory / "out" / "manifest.json").read_bytes() == before
    first, second = (directory / "attempts" / name / "evaluation.jsonl" for name in ("0001", "0002"))
    assert first.read_bytes() == second.read_bytes()
    assert "train" not in phases_of(directory / "attempts" / "0002")
    assert result_of(directory, 2)["steps"] == 3


def test_a_round_that_is_never_resumed_begins_anew(tmp_path: Path) -> None:
    directory = build_round(
        tmp_path / "round", {"resume.policy": "never"}, overrides={"exit_code": 20, "fail_at_step": 3}
    )
    assert [run_attempt(directory, attempt).code for attempt in (1, 2)] == [20, 20]
    assert _steps(directory, 1) == _steps(directory, 2) == [1, 2]


def test_a_crash_is_resumed(tmp_path: Path) -> None:
    directory = build_round(tmp_path / "round", overrides={"fail_at_step": 3})
    assert [run_attempt(directory, attempt).code for attempt in (1, 2)] == [20, 20]
    assert (_steps(directory, 1), _steps(directory, 2)) == ([1, 2], [])
    assert result_of(directory, 2)["steps"] == 2
