"""The command line: `python -m mendloop_trainer COMMAND …`.

Its exit status is a code of docs/contracts/round.md#exit-codes.
"""

import argparse
import importlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import __version__
from .checks import check_round
from .driver import RESULT, run
from .engines.base import Round
from .engines.registry import engine_names, find_engine
from .failure import DriverFailure, Exit, failure_of
from .hashing import canonical_json
from .manifest import SCHEMA, verify_out
from .spec import CONTRACT, load_spec


def main(argv: Sequence[str]) -> int:
    """Runs one command. A failure is one line on standard error: `mendloop_trainer: REASON: message`."""
    parser = _parser()
    given = parser.parse_args(argv)
    if given.command is None:
        parser.error("a command is needed")
    try:
        return _COMMANDS[given.command](given)
    except (DriverFailure, OSError) as error:
        failure = failure_of(error)
        sys.stderr.write(f"mendloop_trainer: {failure.reason}: {failure.message}\n")
        return failure.code


def _run(given: argparse.Namespace) -> int:
    return run(_directory(given), given.attempt)


def _evaluate(given: argparse.Namespace) -> int:
    return run(_directory(given), given.attempt, evaluates_only=True)


def _validate(given: argparse.Namespace) -> int:
    """What can be checked without the engine: the form, every hash, every row."""
    directory = _directory(given)
    loaded = load_spec(directory)
    check_round(directory, loaded.spec, lambda: None)
    _print({"valid": True, "spec_sha256": loaded.sha256})
    return Exit.DONE


def _render(given: argparse.Namespace) -> int:
    """The engine's configuration and its children, with addresses that nothing listens on."""
    directory = _directory(given)
    spec = load_spec(directory).spec
    formulas = sorted({spec["reward"]["formula"], *spec["reward"]["report_formulas"]})
    engine = find_engine(spec["engine"]["name"])
    current = Round(directory, given.attempt, spec, dict.fromkeys(formulas, "http://127.0.0.1:0"))
    children = [{"phase": child.phase, "argv": list(child.argv)} for child in engine.children(current)]
    _print({"engine": engine.name, "rendered": engine.render(current), "children": children})
    return Exit.DONE


def _verify_out(given: argparse.Namespace) -> int:
    manifest = verify_out(given.dir.resolve())
    _print({"valid": True, "tree_sha256": manifest["tree_sha256"], "files": len(manifest["files"])})
    return Exit.DONE


def _version(given: argparse.Namespace) -> int:
    if given.json:
        contracts = {"round": CONTRACT, "manifest": SCHEMA, "result": RESULT}
        _print({"version": __version__, "contracts": contracts, "engines": engine_names()})
    else:
        sys.stdout.write(f"mendloop_trainer {__version__}\n")
    return Exit.DONE


def _model(given: argparse.Namespace) -> int:
    """Needs torch, which the driver itself does not."""
    try:
        command = importlib.import_module("mendloop_trainer.models.command")
    except ImportError:
        raise DriverFailure(Exit.ENVIRONMENT, "package_missing", "torch and transformers are not installed") from None
    return int(command.make_model(given.name, given.out.resolve()))


_COMMANDS = {
    "run": _run,
    "evaluate": _evaluate,
    "validate": _validate,
    "render": _render,
    "verify-out": _verify_out,
    "version": _version,
    "model": _model,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mendloop_trainer", description=__doc__)
    parser.add_argument("--version", dest="command", action="store_const", const="version")
    parser.add_argument("--json", action="store_true", help="with --version: the contracts and engines, too")
    commands = parser.add_subparsers(dest="command")
    for name, what in (
        ("run", "run one attempt"),
        ("evaluate", "train nothing: held-out answers of the base model and of the incumbent"),
        ("validate", "check the specification and every hash"),
        ("render", "print the engine's configuration"),
    ):
        command = commands.add_parser(name, help=what)
        command.add_argument("--round-dir", required=True, type=Path)
        if name != "validate":
            command.add_argument("--attempt", required=name in ("run", "evaluate"), default=1, type=_attempt)
    verify = commands.add_parser("verify-out", help="hash a finished out/ again")
    verify.add_argument("--dir", required=True, type=Path)
    model = commands.add_parser("model", help="make a small model to train")
    model.add_argument("name", choices=["smollm2", "random-llama"])
    model.add_argument("--out", required=True, type=Path)
    return parser


def _attempt(text: str) -> int:
    if text.isdecimal() and 1 <= int(text) <= 9999:
        return int(text)
    raise argparse.ArgumentTypeError("not from 1 to 9999")


def _directory(given: argparse.Namespace) -> Path:
    directory: Path = given.round_dir.resolve()
    if not directory.is_dir():
        raise DriverFailure(Exit.SPEC_INVALID, "spec_invalid", "there is no such round directory")
    return directory


def _print(value: dict[str, Any]) -> None:
    sys.stdout.write(canonical_json(json.loads(json.dumps(value))).decode("utf-8"))
