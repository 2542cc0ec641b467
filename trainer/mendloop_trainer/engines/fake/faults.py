"""What a round may ask its fake engine to do wrong, by the keys of `engine-overrides.json`."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from mendloop_trainer.engines.base import Round
from mendloop_trainer.failure import DriverFailure, Exit
from mendloop_trainer.spec import path_in_round


class Faults(NamedTuple):
    """Steps count from 1; None or False is no fault."""

    sleep_s: float = 0.0
    """Pause of each step, and of every other phase."""
    fail_at_step: int | None = None
    """The step that ends with `exit_code`, or with one of the errors below."""
    exit_code: int | None = None
    oom: bool = False
    disk_full: bool = False
    distributed: bool = False
    missing_module: bool = False
    nan_at: int | None = None
    kl_at: int | None = None
    collapse_at: int | None = None
    """From this step on no answer has the form."""
    hack_at: int | None = None
    """From this step on every answer is degenerate."""
    skip_reward: bool = False
    unscored: bool = False
    """Asks for oracles that are not there."""
    hang: str | None = None
    """The phase that says nothing and heeds no signal."""
    bad_export: str | None = None
    """One of pickle, alpha, readme, nan, header."""
    torn_event: bool = False


def read_faults(current: Round) -> Faults:
    """Keys that it does not have are `spec_invalid`."""
    named = current.spec["engine"]["overrides"]
    if named is None:
        return Faults()
    return faults_of(path_in_round(current.directory, named["uri"]))


def faults_of(file: Path) -> Faults:
    try:
        keys: dict[str, Any] = json.loads(file.read_bytes())
        return Faults(**keys)
    except (ValueError, TypeError):
        message = "engine-overrides.json holds a key that the fake engine does not have"
        raise DriverFailure(Exit.SPEC_INVALID, "spec_invalid", message) from None
