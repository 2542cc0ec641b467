"""Files that the driver reads from strangers: events of a child, weights of an export, the evaluation."""

import hashlib
import json
import struct
from pathlib import Path
from typing import Any

import pytest

from mendloop_trainer.checks import check_files
from mendloop_trainer.evaluation_file import evaluation_means
from mendloop_trainer.events import EventLog, EventTail
from mendloop_trainer.export_check import safetensors_header
from mendloop_trainer.failure import DriverFailure
from mendloop_trainer.hashing import canonical_json, tree_sha256_of
from mendloop_trainer.spec import load_spec, resume_key

from .rounds import build_round, read_spec


def test_a_line_waits_for_its_end(tmp_path: Path) -> None:
    file = tmp_path / "events"
    tail = EventTail(file)
    assert tail.read() == []
    file.write_bytes(b'{"type":"step","st')
    assert tail.read() == []
    with file.open("ab") as stream:
        stream.write(b'ep":1}\n[]\nnonsense\n\n{"type":7}\n{"type":"sa')
    assert tail.read() == [{"type": "step", "step": 1}, None, None, None]
    assert tail.read() == []


def test_what_is_no_number_in_json_is_null(tmp_path: Path) -> None:
    log = EventLog(tmp_path / "events.jsonl", "r-1", 1)
    log.add("step", metrics={"loss": float("nan"), "kl": [float("inf"), 1.5]}, seq=99, type="x")
    log.close()
    event = json.loads((tmp_path / "events.jsonl").read_bytes(), parse_constant=pytest.fail)
    assert event["metrics"] == {"loss": None, "kl": [None, 1.5]}
    assert (event["seq"], event["type"]) == (1, "step")


def _weights(header: dict[str, Any], data: bytes) -> bytes:
    head = json.dumps(header).encode("ascii")
    return struct.pack("<Q", len(head)) + head + data


GOOD = {"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}


def test_weights_of_the_right_form(tmp_path: Path) -> None:
    file = tmp_path / "good.safetensors"
    file.write_bytes(_weights({**GOOD, "__metadata__": {"format": "pt"}}, bytes(8)))
    assert list(safetensors_header(file)) == ["a"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x80\x04N.",
        struct.pack("<Q", 1 << 60) + b"{}",
        _weights(GOOD, bytes(7)),
        _weights(GOOD, bytes(9)),
        _weights({"a": {"dtype": "F32", "shape": [3], "data_offsets": [0, 8]}}, bytes(8)),
        _weights({"a": {"dtype": "X1", "shape": [2], "data_offsets": [0, 8]}}, bytes(8)),
        _weights({"a": {"dtype": "F32", "shape": [2], "data_offsets": [-8, 0]}}, bytes(8)),
        _weights({"a": {"dtype": "F32", "shape": [2]}}, bytes(8)),
        _weights({"a": 1}, bytes(8)),
        _weights([1], bytes(8)),  # type: ignore[arg-type]
    ],
)
def test_weights_of_another_form_are_refused(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "bad.safetensors"
    file.write_bytes(content)
    with pytest.raises(DriverFailure, match="no safetensors header"):
        safetensors_header(file)


def _answer(model: str, row: str, reward: float | None) -> dict[str, Any]:
    return {"row_id": row, "task_id": row, "model": model, "sample": 0, "rewards": {"paper/1": reward}}


def test_an_evaluation_without_some_rewards_has_means_of_the_others(tmp_path: Path) -> None:
    file = tmp_path / "evaluation.jsonl"
    answers = [
        _answer("candidate", "a", 1.0),
        _answer("candidate", "b", None),
        _answer("incumbent", "a", 0.0),
        _answer("incumbent", "b", 0.5),
    ]
    file.write_bytes(b"".join(canonical_json(answer) for answer in answers))
    assert evaluation_means(file) == {"candidate": {"paper/1": 1.0}, "incumbent": {"paper/1": 0.25}}


@pytest.mark.parametrize(
    "answers",
    [
        [],
        [_answer("candidate", "a", 1.0)],
        [_answer("candidate", "a", 1.0), _answer("incumbent", "b", 1.0)],
        [_answer("another", "a", 1.0)],
        [{"model": "candidate"}],
    ],
)
def test_an_evaluation_that_is_not_paired_is_none(answers: list[dict[str, Any]], tmp_path: Path) -> None:
    file = tmp_path / "evaluation.jsonl"
    file.write_bytes(b"".join(canonical_json(answer) for answer in answers))
    with pytest.raises(DriverFailure) as caught:
        evaluation_means(file)
    assert (caught.value.code, caught.value.reason) == (20, "evaluation_invalid")


def test_the_hash_of_a_folder_is_by_path_size_and_content(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "x").write_bytes(b"1")
    (tmp_path / "a").write_bytes(b"")
    empty, one = hashlib.sha256(b"").hexdigest(), hashlib.sha256(b"1").hexdigest()
    first = tree_sha256_of(tmp_path)
    assert first == hashlib.sha256(f"a\0000\0{empty}\nb/x\0001\0{one}\n".encode()).hexdigest()
    (tmp_path / "b" / "x").rename(tmp_path / "b" / "y")
    assert tree_sha256_of(tmp_path) != first


def test_a_named_file_that_is_gone_is_named(tmp_path: Path) -> None:
    directory = build_round(tmp_path / "round")
    (directory / "reward" / "mendloop_reward.py").unlink()
    with pytest.raises(DriverFailure, match=r"reward\.module: the file is missing"):
        check_files(directory, read_spec(directory), lambda: None)


@pytest.mark.parametrize(
    ("name", "value", "is_same"),
    [
        ("algo.lr", 0.5, False),
        ("lora.r", 2, False),
        ("resources.gpus_per_node", 8, False),
        ("reward.formula", "mendloop/1", False),
        ("limits.grace_s", 99, True),
        ("evaluation.samples", 9, True),
    ],
)
def test_the_resume_key_is_of_what_the_weights_depend_on(name: str, value: Any, is_same: bool, tmp_path: Path) -> None:
    first = load_spec(build_round(tmp_path / "first")).spec
    second = load_spec(build_round(tmp_path / "second", {name: value})).spec
    assert (resume_key(first, "0.1.0") == resume_key(second, "0.1.9")) == is_same
    assert resume_key(first, "0.1.0") != resume_key(first, "0.2.0")
