"""Real rounds by TRL on a CPU: a real reward server, the real driver."""

import gzip
import json
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from mendloop_trainer.hashing import sha256_of_file, tree_sha256_of

from .rounds import CANARY, read_spec, write_spec
from .trl_rounds import (
    SUPERVISED,
    assert_loads,
    events,
    lines_of,
    manifest_of,
    needs_trl,
    python,
    random_llama,
    run,
    run_well,
    small_round,
)

pytestmark = needs_trl


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return random_llama(tmp_path_factory.mktemp("models") / "random-llama")


@pytest.fixture(scope="module")
def taught(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A supervised round that is over."""
    directory = tmp_path_factory.mktemp("taught") / "round"
    run_well(small_round(directory, model, {**SUPERVISED, "sft.max_steps": 20, "checkpoint.every_steps": 10}))
    return directory


def test_grpo_warms_up_is_cancelled_goes_on_and_is_evaluated(tmp_path: Path, model: Path) -> None:
    changes: dict[str, Any] = {
        "model.base.is_llama": True,
        "warmup": {"sft_steps": 120, "min_format_rate": 0.5, "probe_rows": 4},
        "algo.max_steps": 3,
        "algo.group_size": 8,
        "algo.max_completion_tokens": 120,
        "evaluation.rows": 2,
        "evaluation.samples": 1,
    }
    directory = small_round(tmp_path / "round", model, changes)
    assert cancelled_after(directory, "checkpoint") == 30
    # A model of random weights has the form never.
    before, after = (event["metrics"]["format_rate"] for event in events(directory, "eval"))
    assert (before, after > 0) == (0, True)
    saved = events(directory, "checkpoint")[-1]["step"]
    assert saved < 3

    run_well(directory, 2)
    steps = events(directory, "step", 2)
    assert [event["step"] for event in steps] == list(range(saved + 1, 4))
    samples = events(directory, "sample") + events(directory, "sample", 2)
    assert {event["step"] for event in samples} == {1, 2, 3}
    assert max(event["reward"] for event in samples) > 0.8
    metrics = [event["metrics"] for event in events(directory, "step") + steps if event["total"] == 3]
    assert max(step["reward_std"] for step in metrics) > 0.1
    assert all(0 <= step["format_error_rate"] < 1 and step["hack_share"] == 0 for step in metrics)
    assert all(0 < step["tokens"] < 8 * 500 for step in metrics)
    evaluation = lines_of(directory, "evaluation.jsonl", 2)
    assert [row["model"] for row in evaluation] == ["candidate"] * 2 + ["incumbent"] * 2
    # The warm-up's adapter and the training's are one.
    assert manifest_of(directory)["lora"]["r"] == 32
    assert_loads(directory / "out", model)
    # What the trainer of the warm-up turned off.
    assert json.loads((directory / "out" / "model" / "config.json").read_bytes())["use_cache"] is True
    card = (directory / "out" / "README.md").read_text("utf-8")
    assert card.startswith("# Llama-mendloop-r-20261122-0001-s3\n\nBuilt with Llama.\n")


def cancelled_after(directory: Path, kind: str) -> int:
    """The exit status of a driver that got SIGTERM at the first event of that kind."""
    argv = [python(), "-m", "mendloop_trainer", "run", "--round-dir", str(directory), "--attempt", "1"]
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as driver:
        until = time.monotonic() + 120
        log = directory / "attempts" / "0001" / "events.jsonl"
        while not (log.exists() and events(directory, kind)) and time.monotonic() < until:
            time.sleep(0.1)
        driver.terminate()
        return driver.wait(60)


def test_the_same_model_gives_the_same_answers_as_candidate_and_as_incumbent(tmp_path: Path, model: Path) -> None:
    # Where no answer has the form, no answer is better than another, and a step changes nothing.
    evaluation = {"evaluation.rows": 2, "evaluation.samples": 2, "evaluation.temperature": 1.0}
    directory = small_round(tmp_path / "round", model, evaluation)
    result = run_well(directory)
    assert result["metrics_final"]["grad_norm"] == 0
    texts = {
        (row["model"], row["row_id"], row["sample"]): row["text"] for row in lines_of(directory, "evaluation.jsonl")
    }
    rows = sorted({(row_id, sample) for _, row_id, sample in texts})
    assert len(rows) == 4
    assert [texts["candidate", *row] for row in rows] == [texts["incumbent", *row] for row in rows]
    assert len({texts["candidate", *row] for row in rows}) == 4


def test_a_supervised_round_learns_its_answers(taught: Path, model: Path) -> None:
    losses = [event["metrics"]["loss"] for event in events(taught, "step")]
    assert len(losses) == 20
    assert losses[-1] < losses[0] / 4
    assert events(taught, "step")[-1]["metrics"]["step_s"] > 0
    assert_loads(taught / "out", model)


def test_an_adapter_is_gone_on_with(taught: Path, tmp_path: Path, model: Path) -> None:
    directory = continued(taught, tmp_path, model, "continue_adapter")
    assert manifest_of(directory)["lora"]["r"] == 16
    assert_loads(directory / "out", model)


def test_an_adapter_is_merged_into_the_base_and_the_model_is_left_alone(
    taught: Path, tmp_path: Path, model: Path
) -> None:
    assert manifest_of(continued(taught, tmp_path, model, "merge_adapter"))["kind"] == "full"


def continued(taught: Path, tmp_path: Path, model: Path, mode: str) -> Path:
    """A round that begins where the taught one ended, as its first loss says."""
    adapter = taught / "out" / "adapter"
    init = {"mode": mode, "uri": adapter.as_uri(), "tree_sha256": tree_sha256_of(adapter)}
    directory = small_round(tmp_path / "round", model, {**SUPERVISED, "sft.max_steps": 1, "model.init": init})
    run_well(directory)
    first = events(directory, "step")[0]["metrics"]["loss"]
    assert first < events(taught, "step")[0]["metrics"]["loss"] / 4
    return directory


def test_a_cancelled_supervised_round_goes_on_from_its_newest_checkpoint(tmp_path: Path, model: Path) -> None:
    directory = small_round(tmp_path / "round", model, {**SUPERVISED, "sft.max_steps": 80})
    assert cancelled_after(directory, "checkpoint") == 30
    saved = events(directory, "checkpoint")[-1]["step"]
    assert saved < 80
    run_well(directory, 2)
    assert events(directory, "step", 2)[0]["step"] == saved + 1


def test_a_policy_that_never_has_the_form_ends_the_round(tmp_path: Path, model: Path) -> None:
    result = run(small_round(tmp_path / "round", model, {"algo.max_steps": 9}))
    assert (result["exit_code"], result["reason"], result["steps"]) == (25, "collapsed", 2)


def test_a_loss_that_is_no_number_ends_the_round(tmp_path: Path, model: Path) -> None:
    result = run(small_round(tmp_path / "round", model, {**SUPERVISED, "sft.max_steps": 9, "sft.lr": 1e30}))
    assert (result["exit_code"], result["reason"]) == (25, "not_finite")
    assert result["steps"] < 9


def test_prompts_that_are_too_long_are_left_out_and_counted(tmp_path: Path, model: Path) -> None:
    result = run(small_round(tmp_path / "round", model, {"data.max_prompt_tokens": 9}))
    assert (result["exit_code"], result["reason"]) == (11, "data_invalid")
    assert result["dropped_rows"]["prompt_too_long"] == 4


def test_answers_that_cannot_be_scored_end_the_round_and_no_log_quotes_an_oracle(tmp_path: Path, model: Path) -> None:
    """Where every reward is None, TRL prints the whole row that it has: it must not have the oracle."""
    directory = small_round(tmp_path / "round", model, {"algo.max_steps": 2})
    server = directory / "reward" / "reward-server.mjs"
    scores = server.read_text("utf-8")
    refuses = scores.replace('result.kind === "unscorable"', "true")
    assert refuses != scores
    server.write_text(refuses, "utf-8")
    write_spec(directory, read_spec(directory), {"reward.server.sha256": sha256_of_file(server)})

    result = run(directory)

    assert (result["exit_code"], result["reason"]) == (24, "reward_errors"), result["logs"]
    assert result["scores"]["unscored"] == result["scores"]["asked"] > 0
    others = [path for path in directory.rglob("*") if path.is_file() and path.name != "oracles.jsonl.gz"]
    assert any(path.name == "train.stderr.log" for path in others)
    for path in others:
        content = path.read_bytes()
        text = gzip.decompress(content) if path.suffix == ".gz" else content
        assert CANARY.encode() not in text, path
