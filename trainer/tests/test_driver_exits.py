"""Every exit code of docs/contracts/round.md#exit-codes, each from what causes it."""

import gzip
import json
import os
import signal
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from mendloop_trainer import hashing

from .attempts import Driver, events_of, kill_now, processes_of, result_of, run_attempt
from .rounds import CANARY, build_round, read_spec, write_spec


class Case(NamedTuple):
    code: int
    reason: str
    changes: Mapping[str, Any] = {}
    overrides: Mapping[str, Any] | None = None


CASES = {
    "a number out of its range": Case(10, "spec_invalid", {"algo.lr": 0}),
    "a field too many": Case(10, "spec_invalid", {"algo.extra": 1}),
    "a path out of the round": Case(10, "spec_invalid", {"data.train.uri": "../train.jsonl.gz"}),
    "an unknown formula": Case(10, "spec_invalid", {"reward.formula": "none/9"}),
    "an unknown fault": Case(10, "spec_invalid", overrides={"no_such_key": 1}),
    "other data than named": Case(11, "data_invalid", {"data.train.sha256": "0" * 64}),
    "fewer rows than named": Case(11, "data_invalid", {"data.train.rows": 5}),
    "fewer rows than a step needs": Case(11, "too_few_rows", {"algo.prompts_per_step": 9}),
    "another base model": Case(12, "model_differs", {"model.base.tree_sha256": "0" * 64}),
    "no base model": Case(12, "model_missing", {"model.base.uri": "file:///nowhere/at/all"}),
    "no packages for the engine": Case(13, "package_missing", {"engine.name": "verl_grpo"}),
    "a child without its packages": Case(13, "import_failed", overrides={"missing_module": True}),
    "a reward that nobody asked for": Case(15, "reward_not_called", overrides={"skip_reward": True}),
    "a crash": Case(20, "crashed", overrides={"fail_at_step": 2}),
    "a status of no contract": Case(20, "crashed", overrides={"exit_code": 99}),
    "a status that only the driver gives": Case(20, "crashed", overrides={"exit_code": 40}),
    "a pickled file in the export": Case(20, "export_invalid", overrides={"bad_export": "pickle"}),
    "an adapter without effect": Case(20, "export_invalid", overrides={"bad_export": "alpha"}),
    "no model card": Case(20, "export_invalid", overrides={"bad_export": "readme"}),
    "weights of another length": Case(20, "export_invalid", overrides={"bad_export": "header"}),
    "no memory": Case(21, "out_of_memory", overrides={"oom": True}),
    "a collective that timed out": Case(22, "distributed", overrides={"distributed": True}),
    "a child that says nothing": Case(22, "stalled", {"limits.stall_s": 1}, {"hang": "train"}),
    "answers without a reward": Case(24, "reward_errors", overrides={"unscored": True}),
    "a loss that is not finite": Case(25, "not_finite", overrides={"nan_at": 2}),
    "too far from the base": Case(25, "kl", overrides={"kl_at": 2}),
    "a collapse": Case(25, "collapsed", overrides={"collapse_at": 1}),
    "weights that are not finite": Case(25, "weights_not_finite", overrides={"bad_export": "nan"}),
    "a full disk in a child": Case(26, "disk_full", overrides={"disk_full": True}),
    "degenerate answers": Case(28, "hack_share", overrides={"hack_at": 1}),
    "a child that calls itself pre-empted": Case(75, "temporary", overrides={"exit_code": 75}),
}


def _assert_ended(directory: Path, code: int, reason: str, attempt: int = 1) -> None:
    """The exit code, the result and the last event agree; there is no `out`, and nothing runs any more."""
    result = result_of(directory, attempt)
    last = events_of(directory / "attempts" / f"{attempt:04d}")[-1]
    assert (result["exit_code"], result["reason"]) == (code, reason)
    assert (last["type"], last["exit_code"], last["reason"]) == ("end", code, reason)
    assert not (directory / "out").exists()
    assert processes_of(directory) == []


@pytest.mark.parametrize("name", CASES)
def test_it_ends_with_its_code(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    directory = build_round(tmp_path / "round", case.changes, overrides=case.overrides)
    ended = run_attempt(directory)
    assert ended.code == case.code, ended.stdout
    _assert_ended(directory, case.code, case.reason)
    assert "Traceback" not in ended.stderr


def test_golden_rewards_that_differ(tmp_path: Path) -> None:
    directory = build_round(tmp_path / "round")
    golden = directory / "reward" / "golden.jsonl"
    first, *others = golden.read_text("utf-8").splitlines(keepends=True)
    golden.write_text(json.dumps({**json.loads(first), "reward": 0.123}) + "\n" + "".join(others), "utf-8")
    write_spec(directory, read_spec(directory), {"reward.golden.sha256": hashing.sha256_of_file(golden)})
    assert run_attempt(directory).code == 14
    _assert_ended(directory, 14, "golden_differs")


@pytest.mark.parametrize("kind", ["no oracle", "in both splits", "no prompt", "cut off"])
def test_rows_that_do_not_fit(kind: str, tmp_path: Path) -> None:
    directory = build_round(tmp_path / "round")
    file = directory / "data" / "train.jsonl.gz"
    rows = [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]
    rows[1] |= {
        "no oracle": {"reward_model": {"style": "rule", "ground_truth": "unknown"}},
        "in both splits": {"reward_model": {"style": "rule", "ground_truth": "example__sums-4#0"}},
        "no prompt": {"prompt": CANARY},
        "cut off": {},
    }[kind]
    content = gzip.compress(b"".join(hashing.canonical_json(row) for row in rows))
    file.write_bytes(content[:-20] if kind == "cut off" else content)
    write_spec(directory, read_spec(directory), {"data.train.sha256": hashing.sha256_of_file(file)})
    assert run_attempt(directory).code == 11
    _assert_ended(directory, 11, "data_invalid")
    assert CANARY not in result_of(directory)["message"]


def test_no_node(tmp_path: Path) -> None:
    directory = build_round(tmp_path / "round")
    assert run_attempt(directory, environment={"MENDLOOP_NODE": "/nowhere/node"}).code == 13
    _assert_ended(directory, 13, "node_missing")


def test_another_specification_than_submitted(tmp_path: Path) -> None:
    directory = build_round(tmp_path / "round")
    assert run_attempt(directory, environment={"MENDLOOP_SPEC_SHA256": "0" * 64}).code == 10


def test_checkpoints_of_another_specification(tmp_path: Path) -> None:
    directory = build_round(tmp_path / "round", overrides={"fail_at_step": 2})
    assert run_attempt(directory).code == 20
    write_spec(directory, read_spec(directory), {"algo.lr": 0.5})
    assert run_attempt(directory, 2).code == 16
    _assert_ended(directory, 16, "resume_incompatible", 2)


def test_a_full_disk_under_the_driver(tmp_path: Path) -> None:
    """The kernel itself refuses every byte of the event stream."""
    directory = build_round(tmp_path / "round")
    folder = directory / "attempts" / "0001"
    folder.mkdir(parents=True)
    (folder / "events.jsonl").symlink_to("/dev/full")
    assert run_attempt(directory).code == 26
    assert result_of(directory)["reason"] == "disk_full"


def test_a_bug_of_the_driver_is_no_silence(tmp_path: Path) -> None:
    directory = build_round(tmp_path / "round")
    native = directory / "attempts" / "0001" / "native"
    native.parent.mkdir(parents=True)
    native.write_text("a file where the driver needs a folder", "utf-8")
    assert run_attempt(directory).code == 70
    assert result_of(directory)["message"] == "unexpected FileExistsError"


def test_a_reward_server_that_is_killed_as_it_starts_is_no_fault_of_the_environment(tmp_path: Path) -> None:
    directory = build_round(tmp_path / "round")
    node = _node(tmp_path, "kill -9 $$")
    assert run_attempt(directory, environment={"MENDLOOP_NODE": str(node)}).code == 27
    _assert_ended(directory, 27, "reward_down")
    assert run_attempt(directory, 2).code == 0


def test_a_reward_server_that_does_not_start(tmp_path: Path) -> None:
    directory = build_round(tmp_path / "round")
    node = _node(tmp_path, "exit 3")
    assert run_attempt(directory, environment={"MENDLOOP_NODE": str(node)}).code == 13
    _assert_ended(directory, 13, "reward_not_startable")


def _server_of(driver: Driver) -> int:
    servers = json.loads((driver.folder / "engine.json").read_bytes())["reward"]
    pid: int = servers[0]["pid"]
    return pid


def test_a_reward_server_that_died_is_started_again(tmp_path: Path) -> None:
    directory = build_round(tmp_path / "round", {"algo.max_steps": 6}, overrides={"sleep_s": 0.5})
    with Driver(directory) as driver:
        driver.wait_for("step", step=1)
        kill_now(_server_of(driver))
        assert driver.end().code == 0
    warnings = [event["code"] for event in events_of(driver.folder) if event["type"] == "warning"]
    assert warnings == ["reward_restarted"]
    assert result_of(directory)["scores"]["unscored"] == 0


def test_a_reward_server_that_cannot_be_started_again(tmp_path: Path) -> None:
    directory = build_round(tmp_path / "round", {"algo.max_steps": 30}, overrides={"sleep_s": 0.5})
    node = _node_that_starts_once(tmp_path)
    with Driver(directory, environment={"MENDLOOP_NODE": str(node)}) as driver:
        driver.wait_for("step", step=1)
        kill_now(_server_of(driver))
        assert driver.end().code == 27
    _assert_ended(directory, 27, "reward_down")


def _node_that_starts_once(folder: Path) -> Path:
    marker, real = folder / "started", os.environ.get("MENDLOOP_NODE", "node")
    return _node(folder, f'[ -e "{marker}" ] && exit 3\n: > "{marker}"\nexec "{real}" "$@"')


def _node(folder: Path, script: str) -> Path:
    program = folder / "node"
    program.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


Ask = Callable[[Driver], None]
ASKS: dict[str, Ask] = {
    "SIGTERM": lambda driver: driver.process.send_signal(signal.SIGTERM),
    "SIGINT": lambda driver: driver.process.send_signal(signal.SIGINT),
    "cancel.json": lambda driver: driver.control("cancel.json"),
}


@pytest.mark.parametrize("way", ASKS)
def test_cancelled_after_a_step_it_is_saved(way: str, tmp_path: Path) -> None:
    directory = build_round(
        tmp_path / "round", {"algo.max_steps": 50, "checkpoint.every_steps": 50}, overrides={"sleep_s": 0.5}
    )
    with Driver(directory) as driver:
        driver.wait_for("step", step=2)
        ASKS[way](driver)
        assert driver.end().code == 30
    _assert_ended(directory, 30, "cancelled")
    checkpoints = [event["step"] for event in events_of(driver.folder) if event["type"] == "checkpoint"]
    assert checkpoints == [result_of(directory)["steps"]]


@pytest.mark.parametrize(
    ("phase", "code"), [("warmup", 31), ("train", 31), ("export", 30), ("evaluate", 30)], ids=lambda value: str(value)
)
def test_cancelled_in_each_phase_of_a_child(phase: str, code: int, tmp_path: Path) -> None:
    """The child of that phase heeds no signal: it is killed when its grace is over."""
    warmup = {"sft_steps": 1, "min_format_rate": 0.2, "probe_rows": 2}
    directory = build_round(tmp_path / "round", {"warmup": warmup, "limits.grace_s": 1}, overrides={"hang": phase})
    with Driver(directory) as driver:
        driver.wait_for("phase", name=phase)
        driver.control("cancel.json")
        assert driver.end().code == code
    _assert_ended(directory, code, "cancelled")


def test_cancelled_before_it_began(tmp_path: Path) -> None:
    directory = build_round(tmp_path / "round")
    (directory / "control").mkdir()
    (directory / "control" / "cancel.json").write_text("{}", "utf-8")
    assert run_attempt(directory).code == 31
    _assert_ended(directory, 31, "cancelled")


def test_cancelled_while_the_reward_server_starts(tmp_path: Path) -> None:
    directory = build_round(tmp_path / "round")
    with Driver(directory) as driver:
        driver.wait_for("phase", name="prepare")
        driver.process.send_signal(signal.SIGTERM)
        assert driver.end().code == 31
    _assert_ended(directory, 31, "cancelled")


def test_stopped_after_a_step_it_is_a_round_all_the_same(tmp_path: Path) -> None:
    directory = build_round(tmp_path / "round", {"algo.max_steps": 50}, overrides={"sleep_s": 0.3})
    with Driver(directory) as driver:
        driver.wait_for("step", step=1)
        driver.control("stop_after_step.json")
        assert driver.end().code == 0
    steps = result_of(directory)["steps"]
    assert 1 <= steps < 10
    assert json.loads((directory / "out" / "manifest.json").read_bytes())["step"] == steps


def test_stopped_before_it_began_one_step_is_made(tmp_path: Path) -> None:
    directory = build_round(tmp_path / "round", {"algo.max_steps": 50}, overrides={"sleep_s": 0.3})
    (directory / "control").mkdir()
    (directory / "control" / "stop_after_step.json").write_text("{}", "utf-8")
    assert run_attempt(directory).code == 0
    assert 1 <= result_of(directory)["steps"] <= 3
