"""A whole round of the fake engine, with real rewards: what it leaves, and how each attempt of another end does."""

import gzip
import hashlib
import json
import re
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from .attempts import Driver, command, events_of, phases_of, processes_of, result_of, run_attempt
from .rounds import CANARY, build_round, read_spec, write_spec

PHASES = ["validate", "prepare", "train", "export", "evaluate", "verify", "done"]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A round that one attempt completed."""
    directory = build_round(tmp_path_factory.mktemp("finished") / "round")
    ended = run_attempt(directory)
    assert ended.code == 0, ended.stderr
    return directory


def test_a_round_passes_all_phases_in_order(finished: Path) -> None:
    events = events_of(finished / "attempts" / "0001")
    assert [event["name"] for event in events if event["type"] == "phase"] == PHASES
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert {event["round"] for event in events} == {"r-20261122-0001"}
    assert [event["step"] for event in events if event["type"] == "step"] == [1, 2, 3]
    assert events[-1]["type"] == "end"
    assert (events[-1]["exit_code"], events[-1]["reason"]) == (0, "done")


def test_a_step_has_every_metric(finished: Path) -> None:
    step = next(event for event in events_of(finished / "attempts" / "0001") if event["type"] == "step")
    assert set(step["metrics"]) == {
        *("reward_mean", "reward_std", "zero_std_frac", "format_error_rate", "hack_share", "kl", "clip_frac"),
        *("entropy", "grad_norm", "lr", "loss", "completion_len_mean", "truncated_frac", "step_s", "tokens"),
    }
    assert step["metrics"]["entropy"] is None
    assert -1 <= step["metrics"]["reward_mean"] <= 1


def test_the_result_is_what_the_events_say(finished: Path) -> None:
    result = result_of(finished)
    last = [event for event in events_of(finished / "attempts" / "0001") if event["type"] == "step"][-1]
    assert result["schema"] == "mendloop.result/1"
    assert (result["exit_code"], result["steps"]) == (0, 3)
    assert result["metrics_final"] == last["metrics"]
    assert result["scores"] == {"asked": 3 * 8 + 2 * 2 * 2, "unscored": 0}
    assert result["dropped_rows"] == {"prompt_too_long": 0, "answer_too_long": 0}


def test_out_is_whole(finished: Path) -> None:
    out = finished / "out"
    manifest = json.loads((out / "manifest.json").read_bytes())
    spec_sha256 = hashlib.sha256((finished / "spec.json").read_bytes()).hexdigest()
    assert (manifest["spec_sha256"], manifest["kind"], manifest["step"]) == (spec_sha256, "lora", 3)
    assert manifest["lora"] == {"r": 4, "alpha": 8, "target_modules": "all-linear"}
    text = b"".join(
        f"{file['path']}\0{file['bytes']}\0{file['sha256']}\n".encode()
        for file in sorted(manifest["files"], key=lambda file: file["path"].encode())
    )
    assert manifest["tree_sha256"] == hashlib.sha256(text).hexdigest()
    subprocess.run(["/usr/bin/sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=out, check=True)
    assert command("verify-out", "--dir", str(out)).code == 0
    assert not (finished / "out.tmp").exists()


def test_the_evaluation_is_paired(finished: Path) -> None:
    lines = (finished / "attempts" / "0001" / "evaluation.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    answers = {(row["model"], row["row_id"], row["sample"]) for row in rows}
    assert len(answers) == 2 * 2 * 2
    assert all(set(row["rewards"]) == {"paper/1"} for row in rows)
    means = json.loads((finished / "out" / "manifest.json").read_bytes())["eval_final"]
    candidate = [row["rewards"]["paper/1"] for row in rows if row["model"] == "candidate"]
    assert means["candidate"]["paper/1"] == pytest.approx(sum(candidate) / len(candidate))


def test_no_oracle_and_no_token_leaves_the_data(finished: Path) -> None:
    oracles = gzip.decompress((finished / "data" / "oracles.jsonl.gz").read_bytes())
    assert CANARY.encode() in oracles
    others = [path for path in finished.rglob("*") if path.is_file() and path.name != "oracles.jsonl.gz"]
    assert len(others) > 20
    for path in others:
        content = path.read_bytes()
        text = gzip.decompress(content) if path.suffix == ".gz" else content
        assert CANARY.encode() not in text, path
        # A token is 64 hex digits, and so is a hash: none may stand where no hash belongs.
        if path.suffix == ".log" or path.name == "engine.json":
            assert re.search(rb"\b[0-9a-f]{64}\b", text) is None, path


def test_the_log_of_the_scheduler_has_the_events_but_no_answers(tmp_path: Path) -> None:
    directory = build_round(tmp_path / "round")
    ended = run_attempt(directory)
    said = [json.loads(line.removeprefix("@@MENDLOOP ")) for line in ended.stdout.splitlines()]
    written = events_of(directory / "attempts" / "0001")
    assert said == [event for event in written if event["type"] != "sample"]
    assert any(event["type"] == "sample" for event in written)


def test_the_same_seed_gives_the_same_adapter(finished: Path, tmp_path: Path) -> None:
    again, other = build_round(tmp_path / "again"), build_round(tmp_path / "other", {"algo.seed": 2})
    assert [run_attempt(again).code, run_attempt(other).code] == [0, 0]
    name = Path("out") / "adapter" / "adapter_model.safetensors"
    assert (again / name).read_bytes() == (finished / name).read_bytes()
    assert (other / name).read_bytes() != (finished / name).read_bytes()
    rewards = [result_of(directory)["metrics_final"]["reward_mean"] for directory in (finished, again, other)]
    assert rewards[0] == rewards[1] != rewards[2]


def test_every_formula_has_its_server(tmp_path: Path) -> None:
    directory = build_round(tmp_path / "round", {"reward.report_formulas": ["paper/1", "mendloop/1"]})
    assert run_attempt(directory).code == 0
    folder = directory / "attempts" / "0001"
    servers = json.loads((folder / "engine.json").read_bytes())["reward"]
    assert [server["formula"] for server in servers] == ["mendloop/1", "paper/1"]
    row = json.loads((folder / "evaluation.jsonl").read_text("utf-8").splitlines()[0])
    assert set(row["rewards"]) == {"paper/1", "mendloop/1"}


def test_a_supervised_round_needs_no_rewards(tmp_path: Path) -> None:
    directory = build_round(tmp_path / "round", {"kind": "sft"})
    assert run_attempt(directory).code == 0
    assert result_of(directory)["steps"] == 2


def test_a_warm_up_comes_before_the_training(tmp_path: Path) -> None:
    warmup = {"sft_steps": 3, "min_format_rate": 0.2, "probe_rows": 2}
    directory = build_round(tmp_path / "round", {"warmup": warmup})
    assert run_attempt(directory).code == 0
    assert phases_of(directory / "attempts" / "0001") == [*PHASES[:2], "warmup", *PHASES[2:]]
    manifest = json.loads((directory / "out" / "manifest.json").read_bytes())
    assert manifest["step"] == 3


def test_a_round_without_held_out_rows_is_not_evaluated(tmp_path: Path) -> None:
    directory = build_round(tmp_path / "round", {"evaluation.rows": 0})
    assert run_attempt(directory).code == 0
    assert "evaluate" not in phases_of(directory / "attempts" / "0001")


def test_a_torn_event_is_a_warning(tmp_path: Path) -> None:
    directory = build_round(tmp_path / "round", overrides={"torn_event": True})
    assert run_attempt(directory).code == 0
    warnings = [event["code"] for event in events_of(directory / "attempts" / "0001") if event["type"] == "warning"]
    assert "child_event_unreadable" in warnings


def test_of_two_drivers_one_has_the_attempt(tmp_path: Path) -> None:
    """Schedulers may start a job twice; the second must leave everything as it is."""
    directory = build_round(tmp_path / "round", overrides={"sleep_s": 0.3})
    with Driver(directory) as first, Driver(directory) as second:
        codes = sorted([first.end().code, second.end().code])
    assert codes == [0, 40]
    assert result_of(directory)["exit_code"] == 0
    assert phases_of(directory / "attempts" / "0001") == PHASES


def test_two_attempts_do_not_share_the_work_folder(tmp_path: Path) -> None:
    directory = build_round(tmp_path / "round", overrides={"sleep_s": 0.5})
    with Driver(directory) as first:
        first.wait_for("phase", name="train")
        assert run_attempt(directory, 2).code == 75
        assert first.end().code == 0
    assert result_of(directory, 2)["reason"] == "work_in_use"


def test_the_heartbeat_goes_on_while_a_child_hangs(tmp_path: Path) -> None:
    directory = build_round(tmp_path / "round", {"limits.grace_s": 1}, overrides={"hang": "train"})
    with Driver(directory) as driver:
        driver.wait_for("phase", name="train")
        beats = _beats(driver, 4)
        driver.process.send_signal(signal.SIGTERM)
        assert driver.end().code == 31
    assert beats == sorted(set(beats))
    assert processes_of(directory) == []


def test_a_log_that_nobody_reads_any_more_changes_nothing(tmp_path: Path) -> None:
    directory = build_round(tmp_path / "round")
    with Driver(directory) as driver:
        assert driver.process.stdout is not None
        driver.process.stdout.close()
        assert driver.process.wait(timeout=60) == 0
        driver.process.stdout = None
    assert result_of(directory)["exit_code"] == 0


def test_version_names_contracts_and_engines() -> None:
    said = json.loads(command("--version", "--json").stdout)
    assert said["contracts"] == {
        "round": "mendloop.round/1",
        "manifest": "mendloop.manifest/1",
        "result": "mendloop.result/1",
    }
    assert "fake" in said["engines"]


def test_render_gives_the_same_every_time(tmp_path: Path) -> None:
    directory = build_round(tmp_path / "round")
    first, second = (command("render", "--round-dir", str(directory)) for _ in range(2))
    assert first == second
    assert [child["phase"] for child in json.loads(first.stdout)["children"]] == ["train", "export", "evaluate"]
    assert not (directory / "attempts").exists()


def test_validate_starts_nothing(tmp_path: Path) -> None:
    directory = build_round(tmp_path / "round")
    before = sorted(path.name for path in directory.iterdir())
    assert command("validate", "--round-dir", str(directory)).code == 0
    assert sorted(path.name for path in directory.iterdir()) == before
    write_spec(directory, read_spec(directory), {"algo.lr": 0})
    refused = command("validate", "--round-dir", str(directory))
    assert refused.code == 10
    assert refused.stderr == "mendloop_trainer: spec_invalid: spec.algo.lr: out of its range\n"


def test_a_changed_file_of_out_is_found(finished: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "out"
    subprocess.run(["/bin/cp", "-r", str(finished / "out"), str(damaged)], check=True)
    (damaged / "README.md").write_text("something else", "utf-8")
    refused = command("verify-out", "--dir", str(damaged))
    assert (refused.code, "out_invalid" in refused.stderr) == (11, True)


def test_a_folder_that_is_not_there_is_no_round(tmp_path: Path) -> None:
    assert run_attempt(tmp_path / "nowhere").code == 10
    assert list(tmp_path.iterdir()) == []


def _beats(driver: Driver, count: int) -> list[int]:
    """Numbers of heartbeats, each later than the one before."""
    found: list[int] = []
    while len(found) < count:
        status: dict[str, Any] = json.loads((driver.folder / "status.json").read_bytes())
        if not found or status["seq"] != found[-1]:
            found.append(status["seq"])
    return found


def test_an_evaluation_alone_trains_nothing_and_publishes_nothing(tmp_path: Path) -> None:
    directory = build_round(tmp_path / "round")
    assert command("evaluate", "--round-dir", str(directory), "--attempt", "1").code == 0
    assert phases_of(directory / "attempts" / "0001") == ["validate", "prepare", "evaluate", "verify", "done"]
    lines = (directory / "attempts" / "0001" / "evaluation.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == 2 * 2 * 2
    assert not (directory / "out").exists()
    assert not list((directory / "work").glob("ckpt/*"))


def test_an_evaluation_without_held_out_rows_is_no_evaluation(tmp_path: Path) -> None:
    directory = build_round(tmp_path / "round", {"evaluation.rows": 0})
    assert command("evaluate", "--round-dir", str(directory), "--attempt", "1").code == 20
    assert result_of(directory)["reason"] == "evaluation_invalid"
