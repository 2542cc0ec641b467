"""The files of a round against the JSON Schemas of the repository, by the `jsonschema` package."""

import functools
import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from .rounds import REPOSITORY

SCHEMAS = REPOSITORY / "schemas" / "round"


@functools.cache
def validator(name: str) -> Draft202012Validator:
    """Of `schemas/round/NAME.schema.json`."""
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_bytes())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def check_contract(round_directory: Path, attempt: Path) -> None:
    """Checks the files that an attempt wrote. A killed one leaves some of them; a test may put a device there."""
    for name, file in (
        ("status", attempt / "status.json"),
        ("result", attempt / "result.json"),
        ("manifest", round_directory / "out" / "manifest.json"),
    ):
        if file.is_file():
            _check(name, json.loads(file.read_bytes()))
    events = attempt / "events.jsonl"
    for line in events.read_text("utf-8").split("\n")[:-1] if events.is_file() else []:
        _check("event", json.loads(line))


def _check(name: str, value: Any) -> None:
    problems = [f"{error.json_path}: {error.message}" for error in validator(name).iter_errors(value)]
    assert problems == [], name
