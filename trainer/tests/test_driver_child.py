"""Processes that end with the driver, and what becomes of those that they started."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mendloop_trainer.child import Process
from mendloop_trainer.guard import NOT_STARTED

from .attempts import TRAINER, kill_now, processes_of, wait_until


def _shell(folder: Path, script: str) -> Process:
    argv = ["/bin/sh", "-c", script.format(folder=folder), str(folder)]
    return Process(argv, {}, folder / "stdout.log", folder / "stderr.log", folder)


def _await(process: Process) -> int:
    status: list[int] = []

    def is_over() -> bool:
        found = process.status()
        status.extend([] if found is None else [found])
        return bool(status)

    wait_until(is_over)
    return status[0]


@pytest.mark.parametrize(("script", "status"), [("exit 0", 0), ("exit 28", 28), ("kill -9 $$", -9), ("kill -6 $$", -6)])
def test_it_ends_as_its_program_ended(script: str, status: int, tmp_path: Path) -> None:
    assert _await(_shell(tmp_path, script)) == status


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    process = Process(["/nowhere/program"], {}, tmp_path / "stdout.log", tmp_path / "stderr.log", tmp_path)
    assert _await(process) == NOT_STARTED


def test_a_signal_reaches_the_program_alone(tmp_path: Path) -> None:
    """What the program started is its own to end: a step that still runs needs its helpers."""
    script = "trap 'echo told; kill %1; exit 30' TERM; sleep 600 & touch {folder}/ready; wait"
    process = _shell(tmp_path, script)
    wait_until((tmp_path / "ready").exists)
    assert process.stop(grace_s=20) == 30
    assert (tmp_path / "stdout.log").read_text("ascii") == "told\n"


def test_a_program_that_heeds_nothing_is_killed_when_its_grace_is_over(tmp_path: Path) -> None:
    process = _shell(tmp_path, "trap '' TERM; touch {folder}/ready; while :; do sleep 0.1; done")
    wait_until((tmp_path / "ready").exists)
    started = time.monotonic()
    assert process.stop(grace_s=0.5) == -signal.SIGKILL
    assert 0.5 <= time.monotonic() - started < 10


def test_what_a_program_left_behind_ends_with_it(tmp_path: Path) -> None:
    process = _shell(tmp_path, "sh -c 'sleep 600' {folder} & exit 0")
    assert _await(process) == 0
    wait_until(lambda: processes_of(tmp_path) == [])


def test_nothing_outlives_a_killed_driver(tmp_path: Path) -> None:
    program = f"""
import sys, time
from pathlib import Path
from mendloop_trainer.child import Process
folder = Path({str(tmp_path)!r})
script = "sh -c 'sleep 600; :' {tmp_path} & touch {tmp_path}/ready; wait"
Process(["/bin/sh", "-c", script, str(folder)], {{}}, folder / "out", folder / "err", folder)
time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", program], cwd=TRAINER) as driver:
        wait_until((tmp_path / "ready").exists)
        assert len(processes_of(tmp_path)) >= 3
        kill_now(driver.pid)
    wait_until(lambda: processes_of(tmp_path) == [])


def test_a_child_finds_this_package_from_anywhere(tmp_path: Path) -> None:
    argv = [sys.executable, "-c", "import mendloop_trainer, os; print(os.environ['GIVEN'])"]
    process = Process(argv, {"GIVEN": "yes"}, tmp_path / "stdout.log", tmp_path / "stderr.log", tmp_path)
    assert _await(process) == 0
    assert (tmp_path / "stdout.log").read_text("ascii") == "yes\n"
