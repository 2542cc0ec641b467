"""The app and the driver read the same specification: what one refuses, the other refuses, and so does `jsonschema`."""

import copy
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mendloop_trainer import spec as specification
from mendloop_trainer.failure import DriverFailure
from mendloop_trainer.json_schema import errors_of

from .contract import SCHEMAS, validator
from .rounds import REPOSITORY, build_round, read_spec

VALUES: tuple[Any, ...] = (None, -1, 0, 1, 0.5, 1.5, 2, "", "x", True, [], ["x"], {}, "a" * 64, "all-linear")
ABSENT = object()
PROGRAM = """
import { roundSpec } from './src/round-contract/round-spec.ts';
let text = '';
for await (const part of process.stdin) text += part;
const verdicts = text.split('\\n').map((line) => roundSpec.safeParse(JSON.parse(line)).success);
process.stdout.write(JSON.stringify(verdicts));
"""


def _places(value: dict[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, inner in value.items():
        yield (*above, name)
        if isinstance(inner, dict):
            yield from _places(inner, (*above, name))


def _changed(spec: dict[str, Any], place: tuple[str, ...], value: object) -> dict[str, Any]:
    changed = copy.deepcopy(spec)
    inner = changed
    for name in place[:-1]:
        inner = inner[name]
    if value is ABSENT:
        del inner[place[-1]]
    else:
        inner[place[-1]] = value
    return changed


def _is_taken_here(directory: Path, spec: dict[str, Any]) -> bool:
    (directory / "spec.json").write_text(json.dumps(spec), "utf-8")
    try:
        specification.load_spec(directory)
    except DriverFailure as failure:
        assert failure.code == 10
        return False
    return True


@pytest.fixture
def specs(tmp_path: Path) -> list[dict[str, Any]]:
    """A good specification, and one for each field and each value that may be wrong there."""
    good = read_spec(build_round(tmp_path / "round"))
    return [good, *(_changed(good, place, value) for place in _places(good) for value in (ABSENT, *VALUES))]


def test_both_sides_take_and_refuse_the_same(tmp_path: Path, specs: list[dict[str, Any]]) -> None:
    lines = "\n".join(json.dumps(spec) for spec in specs)
    node = os.environ.get("MENDLOOP_NODE", "node")
    done = subprocess.run(
        [node, "--input-type=module", "-e", PROGRAM],
        cwd=REPOSITORY,
        input=lines,
        capture_output=True,
        text=True,
        check=True,
    )
    theirs = json.loads(done.stdout)
    ours = [_is_taken_here(tmp_path, spec) for spec in specs]
    assert theirs[0] is True
    assert len(set(theirs)) == 2
    assert ours == theirs


def test_our_checker_agrees_with_jsonschema(specs: list[dict[str, Any]]) -> None:
    schema = json.loads((SCHEMAS / "spec.schema.json").read_bytes())
    ours = [not list(errors_of(spec, schema, "spec")) for spec in specs]
    assert ours == [validator("spec").is_valid(spec) for spec in specs]


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (("algo", "lr"), 0, "spec.algo.lr: out of its range"),
        (("algo", "lr"), ABSENT, "spec.algo.lr: missing"),
        (("algo", "lr"), float("inf"), "spec.algo.lr: not of its type"),
        (("algo", "seed"), 1.0, "spec.algo.seed: not of its type"),
        (("algo", "more"), 1, "spec.algo: a field that the contract does not have"),
        (("engine", "name"), "x", "spec.engine.name: not one of its values"),
        (("created_at",), "today", "spec.created_at: not of its form"),
        (("data", "train", "sha256"), "a" * 64 + "\n", "spec.data.train.sha256: not of its form"),
        (("reward", "report_formulas"), [], "spec.reward.report_formulas: has too few items"),
        (("reward", "report_formulas"), ["paper/1", ""], "spec.reward.report_formulas[1]: empty or too short"),
        (
            ("warmup",),
            {"sft_steps": 0, "min_format_rate": 0, "probe_rows": 1},
            "spec.warmup.sft_steps: out of its range",
        ),
        (("lora", "target_modules"), 1, "spec.lora.target_modules: not of its type"),
    ],
)
def test_the_message_names_the_field(tmp_path: Path, place: tuple[str, ...], value: object, message: str) -> None:
    directory = build_round(tmp_path / "round")
    text = json.dumps(_changed(read_spec(directory), place, value)).replace("Infinity", "1e999")
    (directory / "spec.json").write_text(text, "utf-8")
    with pytest.raises(DriverFailure) as raised:
        specification.load_spec(directory)
    assert (raised.value.code, raised.value.message) == (10, message)


def test_an_unknown_keyword_is_an_error() -> None:
    with pytest.raises(KeyError):
        list(errors_of("x", {"type": "string", "maxLength": 1}, "spec"))
