"""The app and the driver read the same specification: what one refuses, the other refuses."""

import copy
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mendloop_trainer import spec as specification
from mendloop_trainer.failure import DriverFailure

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


def test_both_sides_take_and_refuse_the_same(tmp_path: Path) -> None:
    good = read_spec(build_round(tmp_path / "round"))
    specs = [_changed(good, place, value) for place in _places(good) for value in (ABSENT, *VALUES)]
    lines = "\n".join(json.dumps(spec) for spec in [good, *specs])
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
    ours = [_is_taken_here(tmp_path, spec) for spec in [good, *specs]]
    assert theirs[0] is True
    assert len(set(theirs)) == 2
    assert ours == theirs
