"""TRL's side: one call per local batch, None where there is no score."""

import http.client
import inspect
import json
import time
from pathlib import Path

import pytest

from mendloop_trainer import mendloop_reward
from mendloop_trainer.mendloop_reward import FLAGS, RewardServerError, trl_reward

from .conftest import RewardServer, Vector
from .faults import FaultServer

ALL_METRICS = {"reward/unscored", *(f"reward/{flag}" for flag in FLAGS)}


def _models(ids: list[str]) -> list[dict[str, str]]:
    return [{"style": "rule", "ground_truth": oracle_id} for oracle_id in ids]


def _ask(vectors: list[Vector]) -> list[float | None]:
    texts = [vector.text for vector in vectors]
    return trl_reward(["p"] * len(texts), texts, _models([vector.oracle_id for vector in vectors]))


def test_every_golden_vector_has_its_reward(settings: None, vectors: list[Vector]) -> None:
    assert len(vectors) > 20
    assert _ask(vectors) == [vector.reward for vector in vectors]


def test_it_takes_what_trl_hands_over(settings: None, vectors: list[Vector]) -> None:
    """TRL calls by keyword, with all columns of the data and things of its own."""
    chat = [[{"role": "assistant", "content": vector.text}] for vector in vectors[:2]]
    seen: dict[str, float] = {}
    rewards = trl_reward(
        prompts=[[{"role": "user", "content": "p"}]] * 2,
        completions=chat,
        completion_ids=[[1], [2]],
        reward_model=_models([vector.oracle_id for vector in vectors[:2]]),
        data_source=["mendloop"] * 2,
        ability=["code"] * 2,
        extra_info=[{"index": 0}, {"index": 1}],
        trainer_state=None,
        log_extra=lambda _name, _values: None,
        log_metric=seen.__setitem__,
    )
    assert rewards == [vector.reward for vector in vectors[:2]]
    assert not inspect.iscoroutinefunction(trl_reward)
    assert trl_reward.__name__ == "trl_reward"
    assert set(seen) == ALL_METRICS


def test_metrics_have_the_same_names_whatever_happens(settings: None, vectors: list[Vector]) -> None:
    runs: list[dict[str, float]] = [{}, {}, {}]
    good, bad = vectors[0], "no form at all"
    trl_reward(["p"], [good.text], _models([good.oracle_id]), runs[0].__setitem__)
    trl_reward(["p"] * 2, [good.text, bad], _models([good.oracle_id] * 2), runs[1].__setitem__)
    trl_reward(["p"], [good.text], _models(["unknown"]), runs[2].__setitem__)
    assert [set(run) for run in runs] == [ALL_METRICS] * 3
    assert [run["reward/unscored"] for run in runs] == [0, 0, 1]
    assert [run["reward/format_error"] for run in runs] == [0, 0.5, 0]
    assert all(type(value) in (int, float) for run in runs for value in run.values())


def test_an_item_without_a_score_is_asked_again_alone_and_is_none(faults: FaultServer, vectors: list[Vector]) -> None:
    good = vectors[0]
    rewards = trl_reward(["p"] * 2, [good.text, good.text], _models([good.oracle_id, "unknown"]))
    assert rewards == [good.reward, None]
    assert faults.keys_asked() == [["0", "1"], ["1"], ["1"]]


@pytest.mark.parametrize("fault", [429, 503, 500, "cut", "garbage"])
def test_two_faults_are_outlived(faults: FaultServer, vectors: list[Vector], fault: int | str) -> None:
    faults.plan = [fault, fault]
    assert _ask(vectors[:3]) == [vector.reward for vector in vectors[:3]]
    assert len(faults.requests) == 3


@pytest.mark.parametrize("fault", [429, 503, "cut"])
def test_after_the_last_try_all_are_none(faults: FaultServer, vectors: list[Vector], fault: int | str) -> None:
    faults.plan = [fault] * 3
    assert _ask(vectors[:3]) == [None] * 3
    assert len(faults.requests) == 3


def test_retry_after_is_kept(faults: FaultServer, vectors: list[Vector]) -> None:
    faults.plan = [429]
    faults.retry_after = "1"
    started = time.monotonic()
    assert _ask(vectors[:1]) == [vectors[0].reward]
    assert time.monotonic() - started >= 1


@pytest.mark.parametrize("status", [400, 401, 404, 409, 413])
def test_what_another_try_cannot_change_is_an_error(faults: FaultServer, vectors: list[Vector], status: int) -> None:
    faults.plan = [status]
    with pytest.raises(RewardServerError, match=f"status {status}"):
        _ask(vectors[:1])
    assert len(faults.requests) == 1


def test_a_wrong_token_is_an_error_that_does_not_tell_it(
    settings: None, vectors: list[Vector], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MENDLOOP_REWARD_TOKEN", "wrong-token")
    with pytest.raises(RewardServerError) as caught:
        _ask(vectors[:1])
    shown = str(caught.value) + "".join(capfd.readouterr())
    assert "status 401" in shown
    assert "wrong-token" not in shown
    assert vectors[0].text not in shown


@pytest.mark.parametrize("name", ["MENDLOOP_REWARD_URL", "MENDLOOP_REWARD_TOKEN"])
def test_a_missing_setting_is_an_error(
    settings: None, vectors: list[Vector], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.delenv(name)
    with pytest.raises(RewardServerError, match=name):
        _ask(vectors[:1])


def test_the_specification_goes_along(settings: None, vectors: list[Vector], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MENDLOOP_SPEC_SHA256", "5" * 64)
    assert _ask(vectors[:1]) == [vectors[0].reward]
    monkeypatch.setenv("MENDLOOP_SPEC_SHA256", "6" * 64)
    with pytest.raises(RewardServerError, match="status 409"):
        _ask(vectors[:1])


def test_all_calls_share_one_connection(faults: FaultServer, vectors: list[Vector]) -> None:
    for _ in range(5):
        _ask(vectors[:4])
    assert (faults.connections, len(faults.requests)) == (1, 5)


def test_a_connection_that_broke_is_made_anew(faults: FaultServer, vectors: list[Vector]) -> None:
    _ask(vectors[:1])
    faults.plan = ["cut"]
    assert _ask(vectors[:1]) == [vectors[0].reward]
    assert faults.connections == 2


def test_requests_stay_below_the_limits_of_the_server(faults: FaultServer, vectors: list[Vector]) -> None:
    large = "x" * (12 * 1024 * 1024)
    texts = [large, large, large, "x" * (33 * 1024 * 1024), vectors[0].text]
    rewards = trl_reward(["p"] * 5, texts, _models([vectors[0].oracle_id] * 5))
    assert rewards == [-1, -1, -1, None, vectors[0].reward]
    assert faults.keys_asked() == [["0", "1"], ["2", "4"]]
    assert max(faults.sizes) <= 32 * 1024 * 1024


def test_a_large_batch_is_a_few_requests(faults: FaultServer, vectors: list[Vector]) -> None:
    many = [vectors[n % len(vectors)] for n in range(1100)]
    assert _ask(many) == [vector.reward for vector in many]
    assert [len(keys) for keys in faults.keys_asked()] == [512, 512, 76]


@pytest.mark.parametrize("text", ["", "\ud800 alone", "nul \0", "emoji \U0001f600", "</think>" * 9])
def test_any_text_has_a_score(settings: None, vectors: list[Vector], text: str) -> None:
    assert trl_reward(["p"], [text], _models([vectors[0].oracle_id])) == [-1]


def test_a_driver_can_see_that_it_was_called(
    settings: None, vectors: list[Vector], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls = tmp_path / "calls"
    monkeypatch.setenv("MENDLOOP_REWARD_CALLS", str(calls))
    for _ in range(3):
        _ask(vectors[:2])
    assert calls.stat().st_size == 3


def test_data_without_oracles_is_an_error(settings: None) -> None:
    with pytest.raises(RewardServerError, match="reward_model"):
        trl_reward(["p"], ["text"])


def test_health_names_the_oracles(server: RewardServer) -> None:
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"))
    connection.request("GET", "/healthz")
    assert server.sha256 in connection.getresponse().read().decode()
    connection.close()


def test_no_flag_is_unknown_to_the_server(settings: None, vectors: list[Vector]) -> None:
    item = {"k": "0", "id": vectors[0].oracle_id, "text": vectors[0].text}
    settings_read = mendloop_reward._settings(None)
    answer = mendloop_reward._post(settings_read, mendloop_reward._body([json.dumps(item).encode()]))
    assert set(mendloop_reward._scores(answer)["0"]["flags"]) == set(FLAGS)
