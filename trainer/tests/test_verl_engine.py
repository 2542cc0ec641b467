"""What a round becomes for verl: its own configuration has to accept it, and no override may reach data or reward."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from mendloop_trainer.engines.base import Round
from mendloop_trainer.engines.verl import metrics
from mendloop_trainer.engines.verl_grpo import VerlGrpo, overrides
from mendloop_trainer.failure import DriverFailure, Exit

from .rounds import build_round, read_spec

RECIPES = Path(__file__).parents[1] / "recipes"
URL = "http://127.0.0.1:9"


def recipe_round(directory: Path, name: str) -> Round:
    recipe = json.loads((RECIPES / f"{name}.json").read_text("utf-8"))
    changes = {
        "engine.name": "verl_grpo",
        "algo": recipe["algo"],
        "lora": recipe["lora"],
        "data.max_prompt_tokens": recipe["max_prompt_tokens"],
        "resources.nodes": recipe["resources"]["nodes"],
        "resources.gpus_per_node": recipe["resources"]["gpus_per_node"],
    }
    return round_of(build_round(directory, changes, overrides=recipe["overrides"]))


def round_of(directory: Path) -> Round:
    spec = read_spec(directory)
    return Round(directory, 1, spec, {spec["reward"]["formula"]: URL})


def composed(current: Round) -> Mapping[str, Any]:
    """The configuration that verl itself makes of a round; a key that it does not know ends it."""
    python = os.environ.get("MENDLOOP_VERL_PYTHON")
    if python is None:
        pytest.skip("MENDLOOP_VERL_PYTHON names no Python with verl")
    script = Path(__file__).with_name("compose_verl.py")
    done = subprocess.run([python, str(script), *overrides(current)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found: Mapping[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("name", ["gpu8", "multi-70b"])
def test_verl_composes_the_recipes(tmp_path: Path, name: str) -> None:
    current = recipe_round(tmp_path / "round", name)
    config = composed(current)
    actor = config["actor_rollout_ref"]
    assert (config["data"]["train_batch_size"], actor["rollout"]["n"]) == (32, 16)
    assert config["data"]["max_prompt_length"] + config["data"]["max_response_length"] == 16384
    assert config["algorithm"]["adv_estimator"] == "grpo"
    assert config["trainer"]["n_gpus_per_node"] * config["trainer"]["nnodes"] in (8, 32)
    hook = config["reward"]["custom_reward_function"]
    assert hook["name"] == "compute_score"
    assert hook["reward_kwargs"]["url"] == URL
    assert Path(hook["path"]).is_file()


@pytest.mark.parametrize("loss", ["grpo", "dapo", "dr_grpo"])
def test_verl_composes_every_loss(tmp_path: Path, loss: str) -> None:
    changes = {"engine.name": "verl_grpo", "algo.loss": loss, "lora.dropout": 0.0}
    config = composed(round_of(build_round(tmp_path / "round", changes)))
    assert config["algorithm"]["norm_adv_by_std_in_grpo"] is (loss != "dr_grpo")


def test_the_same_round_gives_the_same_configuration(tmp_path: Path) -> None:
    current = recipe_round(tmp_path / "round", "gpu8")
    assert VerlGrpo().render(current) == VerlGrpo().render(current)


@pytest.mark.parametrize(
    "key",
    [
        "data.train_files",
        "+data.anything",
        "reward.custom_reward_function.path",
        "trainer.default_local_dir",
        "trainer.resume_from_path",
        "actor_rollout_ref.model.path",
        "hydra.run.dir",
        "a=b data.train_files",
    ],
)
def test_no_override_reaches_data_reward_or_output(tmp_path: Path, key: str) -> None:
    directory = build_round(tmp_path / "round", {"lora.dropout": 0.0}, overrides={key: "x"})
    with pytest.raises(DriverFailure) as refused:
        overrides(round_of(directory))
    assert refused.value.code == Exit.SPEC_INVALID


def test_an_adapter_with_dropout_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DriverFailure) as refused:
        overrides(round_of(build_round(tmp_path / "round", {"lora.dropout": 0.1})))
    assert refused.value.code == Exit.SPEC_INVALID


def test_without_verl_the_round_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DriverFailure) as refused:
        VerlGrpo().check(round_of(build_round(tmp_path / "round", {"lora.dropout": 0.0})))
    assert refused.value.code == Exit.ENVIRONMENT


def test_metrics_have_our_names_and_nothing_that_is_not_finite() -> None:
    values = metrics.of_line({"step": 1, "data": {"critic/score/mean": 0.5, "actor/entropy": float("nan")}})
    assert values["reward_mean"] == 0.5
    assert values["entropy"] is None
    assert values["kl"] is None


def test_spread_and_shares_come_from_the_rollouts() -> None:
    rows = [
        {"uid": "a", "score": 1.0, "format_error": 0, "hack": 1},
        {"uid": "a", "score": -1.0, "format_error": 1, "hack": 0},
        {"uid": "b", "score": 0.5, "format_error": 0, "hack": 0},
        {"uid": "b", "score": 0.5, "format_error": 0, "hack": 0},
    ]
    values = metrics.of_rollouts(rows)
    assert values["zero_std_frac"] == 0.5
    assert values["format_error_rate"] == 0.25
    assert values["hack_share"] == 0.25
    assert values["reward_std"] == pytest.approx(2**0.5 / 2)
    assert metrics.of_rollouts([])["hack_share"] is None
