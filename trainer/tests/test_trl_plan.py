"""The TRL engines' settings, which are made without torch."""

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from mendloop_trainer.engines.base import Round
from mendloop_trainer.engines.trl import plan
from mendloop_trainer.engines.trl.serving import request_body, server_argv
from mendloop_trainer.engines.trl_grpo import TrlGrpo
from mendloop_trainer.engines.trl_sft import TrlSft
from mendloop_trainer.failure import DriverFailure

from .rounds import build_round, read_spec


def built(tmp_path: Path, changes: dict[str, Any] | None = None, **more: Any) -> Round:
    directory = build_round(tmp_path / "round", {"engine.name": "trl_grpo", **(changes or {})}, **more)
    return Round(directory, 1, read_spec(directory), {})


def test_names_the_settings_of_grpo(tmp_path: Path) -> None:
    current = built(tmp_path, {"algo.prompts_per_step": 4, "algo.loss": "dr_grpo", "algo.clip_high": 0.28})
    settings = TrlGrpo().render(current)
    rollouts = settings["per_device_train_batch_size"] * settings["gradient_accumulation_steps"]
    assert rollouts == 4 * settings["num_generations"] == 16
    assert (settings["loss_type"], settings["epsilon"], settings["epsilon_high"]) == ("dr_grpo", 0.2, 0.28)
    assert (settings["use_cpu"], settings["bf16"], settings["report_to"]) == (True, False, "none")
    assert json.loads(json.dumps(settings)) == settings


def test_takes_the_overrides_of_the_round(tmp_path: Path) -> None:
    assert TrlGrpo().render(built(tmp_path, overrides={"max_grad_norm": 0.5}))["max_grad_norm"] == 0.5


@pytest.mark.parametrize("key", ["output_dir", "max_steps", "report_to", "push_to_hub"])
def test_refuses_overrides_of_what_the_round_says(tmp_path: Path, key: str) -> None:
    refusal = failure(TrlSft, built(tmp_path, {"kind": "sft"}, overrides={key: "x"}), "render")
    assert (refusal.code, refusal.reason) == (10, "override_refused")


def test_takes_one_gpu_at_most(tmp_path: Path) -> None:
    current = built(tmp_path, {"resources.gpus_per_node": 8, "engine.profile": "gpu8"})
    assert failure(TrlGrpo, current, "check").reason == "one_gpu_only"


def test_says_which_package_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    refusal = failure(TrlGrpo, built(tmp_path), "check")
    assert (refusal.code, refusal.reason) == (13, "package_missing")


def test_says_that_the_program_that_serves_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: object())
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    refusal = failure(TrlGrpo, built(tmp_path, {"evaluation.server": "vllm"}), "check")
    assert (refusal.code, refusal.reason) == (13, "package_missing")
    assert refusal.message.startswith("vllm, ")
    TrlGrpo().check(built(tmp_path / "unevaluated", {"evaluation.server": "vllm", "evaluation.rows": 0}))


@pytest.mark.parametrize(("profile", "device"), [("cpu", "cpu"), ("gpu1", "cuda")])
def test_answers_where_it_learns(tmp_path: Path, profile: str, device: str) -> None:
    assert plan.device(built(tmp_path, {"engine.profile": profile}).spec) == device


def failure(engine: type[TrlGrpo | TrlSft], current: Round, action: str) -> DriverFailure:
    with pytest.raises(DriverFailure) as found:
        getattr(engine(), action)(current)
    return found.value


def test_leaves_out_the_phases_that_a_round_does_not_have(tmp_path: Path) -> None:
    warmup = {"sft_steps": 8, "min_format_rate": 0.2, "probe_rows": 4}
    assert phases(built(tmp_path, {"warmup": warmup})) == ["warmup", "train", "export", "evaluate"]
    assert phases(built(tmp_path, {"evaluation.rows": 0})) == ["train", "export"]


def phases(current: Round) -> list[str]:
    return [child.phase for child in TrlGrpo().children(current)]


def test_children_wait_without_spinning_and_ask_no_hub(tmp_path: Path) -> None:
    for child in TrlGrpo().children(built(tmp_path, {"resources.cpus": 3})):
        assert child.environment["OMP_WAIT_POLICY"] == "passive"
        assert child.environment["OMP_NUM_THREADS"] == "3"
        assert child.environment["HF_HUB_OFFLINE"] == "1"


def test_children_keep_memory_that_they_freed_on_a_cpu_alone(tmp_path: Path) -> None:
    for profile, kept in (("cpu", "0"), ("gpu1", None)):
        for child in TrlGrpo().children(built(tmp_path / profile, {"engine.profile": profile})):
            assert child.environment.get("MALLOC_MMAP_MAX_") == kept


def test_takes_the_newest_complete_checkpoint(tmp_path: Path) -> None:
    current = built(tmp_path)
    for step in (2, 10, 12):
        (plan.checkpoints(current) / f"checkpoint-{step}").mkdir(parents=True)
    assert plan.newest_checkpoint(current) is None
    for step in (2, 10):
        (plan.checkpoints(current) / f"checkpoint-{step}" / "trainer_state.json").touch()
    newest = plan.newest_checkpoint(current)
    assert newest is not None
    assert plan.step_of_checkpoint(newest) == 10


def test_serves_by_vllm_under_the_name_of_the_folder(tmp_path: Path) -> None:
    spec = built(tmp_path, {"evaluation.server": "vllm"}).spec
    program, *rest = server_argv(spec, tmp_path, 8123)
    assert Path(program).name == "vllm"
    assert rest == [
        *("serve", str(tmp_path), "--host", "127.0.0.1", "--port", "8123"),
        *("--served-model-name", str(tmp_path)),
    ]
    assert "generation_config" not in request_body(spec, tmp_path, [], 5)


@pytest.mark.parametrize(("temperature", "samples"), [(0, False), (0.7, True)])
def test_tells_transformers_whether_to_sample(tmp_path: Path, temperature: float, samples: bool) -> None:
    (tmp_path / "config.json").write_text('{"eos_token_id":2,"hidden_size":64}', "utf-8")
    spec = built(tmp_path, {"evaluation.temperature": temperature}).spec
    body = request_body(spec, tmp_path, [], 5)
    assert body["seed"] == 5
    generation = json.loads(body["generation_config"])
    assert generation["do_sample"] is samples
    assert generation["eos_token_id"] == 2
    assert "hidden_size" not in generation
