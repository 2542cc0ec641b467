"""The rules that end a round, and how a child's end is read, without any process."""

import math
import signal
from typing import Any

import pytest

from mendloop_trainer.crash import crash_failure
from mendloop_trainer.failure import DriverFailure
from mendloop_trainer.watch import Watch

SPEC = {"limits": {"kl_abort": 0.5}, "reward": {"max_hack_share": 0.25, "max_error_rate": 0.02}}
COLLAPSED = {"reward_mean": -1.0, "reward_std": 0.0}
GOOD = {"reward_mean": 0.5, "reward_std": 0.1}


def _end(*steps: dict[str, Any]) -> tuple[int, str] | None:
    watch = Watch(SPEC)
    try:
        for step in steps:
            watch.step(step)
    except DriverFailure as failure:
        return failure.code, failure.reason
    return None


def test_one_bad_step_is_no_collapse() -> None:
    assert _end(COLLAPSED, GOOD, COLLAPSED, GOOD) is None
    assert _end(GOOD, COLLAPSED, COLLAPSED) == (25, "collapsed")


def test_steps_that_are_all_bad_by_different_answers_are_no_collapse() -> None:
    assert _end({"reward_mean": -1.0, "reward_std": 0.01}, COLLAPSED) is None
    assert _end({"reward_mean": None, "reward_std": None}, {"reward_mean": -0.99, "reward_std": 0.0}, COLLAPSED) is None


def test_the_share_of_hacks_counts_two_steps_in_a_row() -> None:
    over, at = {"hack_share": 0.26}, {"hack_share": 0.25}
    assert _end(over, at, over, at) is None
    assert _end(at, over, over) == (28, "hack_share")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_loss_that_is_not_finite_ends_it(value: float) -> None:
    assert _end({"loss": value}) == (25, "not_finite")


def test_the_divergence_has_a_limit() -> None:
    assert _end({"kl": 0.5}) is None
    assert _end({"kl": 0.51}) == (25, "kl")


def test_few_answers_are_not_judged_before_their_phase_ends() -> None:
    watch = Watch(SPEC)
    watch.rewards(8, 1)
    with pytest.raises(DriverFailure, match="no reward"):
        watch.check_rewards()
    with pytest.raises(DriverFailure, match="no reward"):
        watch.rewards(56, 1)


def test_a_rare_missing_reward_is_borne() -> None:
    watch = Watch(SPEC)
    watch.rewards(100, 2)
    watch.check_rewards()
    assert (watch.asked, watch.unscored) == (100, 2)


@pytest.mark.parametrize(
    ("errors", "code"),
    [
        ("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate", 21),
        ("RuntimeError: [enforce fail] DefaultCPUAllocator: can't allocate memory", 21),
        ("OSError: [Errno 28] No space left on device: 'file'", 26),
        ("[rank0]: Watchdog caught collective operation timeout", 22),
        ("torch.distributed.DistBackendError: NCCL error", 22),
        ("Traceback\nModuleNotFoundError: No module named 'trl'", 13),
        ("ValueError: something", 20),
    ],
)
def test_a_crash_is_read_from_its_errors(errors: str, code: int) -> None:
    failure = crash_failure("train", 1, errors, is_host_out_of_memory=False)
    assert failure.code == code
    assert errors not in failure.message


def test_a_kill_is_for_memory_only_where_the_kernel_says_so() -> None:
    codes = [crash_failure("train", -signal.SIGKILL, "", is_host_out_of_memory=said).code for said in (True, False)]
    assert codes == [21, 20]


@pytest.mark.parametrize("status", [10, 11, 12, 13, 14, 15, 16, 21, 22, 24, 25, 26, 27, 28, 75])
def test_a_code_of_the_contract_is_passed_on(status: int) -> None:
    assert crash_failure("train", status, "NCCL", is_host_out_of_memory=False).code == status
