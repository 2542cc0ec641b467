"""The entry of an engine's child: its arguments, and the exit codes of what goes wrong before and around its work."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from mendloop_trainer.engines.base import Round
from mendloop_trainer.failure import DriverFailure, Exit
from mendloop_trainer.spec import load_spec


def child_main(argv: Sequence[str], phases: Sequence[str], run: Callable[[str, Round], int]) -> int:
    """`PHASE --round-dir DIR --attempt N`; the child's exit status."""
    parser = argparse.ArgumentParser()
    parser.add_argument("phase", choices=phases)
    parser.add_argument("--round-dir", type=Path, required=True)
    parser.add_argument("--attempt", type=int, required=True)
    given = parser.parse_args(argv)
    directory = given.round_dir.resolve()
    urls = json.loads(os.environ["MENDLOOP_REWARD_URLS"])
    current = Round(directory, given.attempt, load_spec(directory).spec, urls)
    try:
        return run(given.phase, current)
    except DriverFailure as failure:
        sys.stderr.write(f"mendloop_trainer: {failure.reason}: {failure.message}\n")
        return failure.code
    except ImportError as error:
        sys.stderr.write(f"mendloop_trainer: import_failed: {error.name}\n")
        return Exit.ENVIRONMENT
    except (MemoryError, RuntimeError) as error:
        if not _is_out_of_memory(error):
            raise
        sys.stderr.write("mendloop_trainer: out_of_memory\n")
        return Exit.OUT_OF_MEMORY


def emit(kind: str, **fields: Any) -> None:
    """One event for the driver."""
    with Path(os.environ["MENDLOOP_CHILD_EVENTS"]).open("a", encoding="utf-8") as file:
        file.write(json.dumps({"type": kind, **fields}) + "\n")


def given_overrides(current: Round, is_reserved: Callable[[str], bool]) -> Mapping[str, Any]:
    """The round's own keys for its engine; a reserved one is exit code 10."""
    chosen = current.spec["engine"]["overrides"]
    if chosen is None:
        return {}
    given = json.loads((current.directory / chosen["uri"]).read_text("utf-8"))
    if not isinstance(given, dict):
        raise DriverFailure(Exit.SPEC_INVALID, "overrides_form", "engine overrides are not a JSON object")
    refused = sorted(filter(is_reserved, given))
    if refused:
        raise DriverFailure(Exit.SPEC_INVALID, "override_refused", f"engine overrides may not set {refused[0][:80]}")
    return given


def _is_out_of_memory(error: BaseException) -> bool:
    """torch's own class for a GPU; on a CPU it has a RuntimeError that says so."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    return "can't allocate memory" in str(error)
