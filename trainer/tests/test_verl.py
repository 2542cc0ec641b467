"""verl's side: one answer a call, many at once, an exception where there is no score."""

import asyncio
import functools
import importlib.util
import inspect
from collections.abc import Coroutine
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import pytest

from mendloop_trainer import mendloop_reward
from mendloop_trainer.mendloop_reward import FLAGS, RewardServerError, close, compute_score

from .conftest import RewardServer, Vector
from .faults import FaultServer

T = TypeVar("T")


def _run(work: Coroutine[Any, Any, T]) -> T:
    async def main() -> T:
        try:
            return await work
        finally:
            await close()

    return asyncio.run(main())


def _ask(vector: Vector, **more: Any) -> Coroutine[Any, Any, dict[str, float]]:
    """As verl calls it: by keyword."""
    return compute_score(
        data_source="mendloop", solution_str=vector.text, ground_truth=vector.oracle_id, extra_info={"index": 0}, **more
    )


async def _ask_all(vectors: list[Vector]) -> list[dict[str, float]]:
    return await asyncio.gather(*(_ask(vector) for vector in vectors))


def test_every_golden_vector_has_its_reward(settings: None, vectors: list[Vector]) -> None:
    scores = _run(_ask_all(vectors))
    assert [score["score"] for score in scores] == [vector.reward for vector in vectors]


def test_every_answer_has_the_same_numbers(settings: None, vectors: list[Vector]) -> None:
    """verl takes the keys of the first sample for all, and averages them."""
    scores = _run(_ask_all(vectors))
    assert {frozenset(score) for score in scores} == {frozenset(["score", *FLAGS])}
    assert {type(value) for score in scores for value in score.values()} == {float}
    assert {score["format_error"] for score in scores} == {0.0, 1.0}


def test_many_at_once_share_a_few_connections(faults: FaultServer, vectors: list[Vector]) -> None:
    many = [vectors[n % len(vectors)] for n in range(300)]
    scores = _run(_ask_all(many))
    assert [score["score"] for score in scores] == [vector.reward for vector in many]
    assert faults.connections <= 100


@pytest.mark.parametrize("fault", [429, 503, "cut", "garbage"])
def test_two_faults_are_outlived(faults: FaultServer, vectors: list[Vector], fault: int | str) -> None:
    faults.plan = [fault, fault]
    assert _run(_ask(vectors[0]))["score"] == vectors[0].reward
    assert len(faults.requests) == 3


@pytest.mark.parametrize("fault", [429, 503, "cut"])
def test_after_the_last_try_it_raises(
    faults: FaultServer, vectors: list[Vector], fault: int | str, capfd: pytest.CaptureFixture[str]
) -> None:
    faults.plan = [fault] * 3
    with pytest.raises(RewardServerError, match="no score after 3 tries") as caught:
        _run(_ask(vectors[0]))
    assert vectors[0].text not in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_an_oracle_that_is_unknown_raises(settings: None, vectors: list[Vector]) -> None:
    unknown = Vector("unknown", {}, vectors[0].text, 0)
    with pytest.raises(RewardServerError, match="no score after 3 tries"):
        _run(_ask(unknown))


def test_what_another_try_cannot_change_raises_at_once(faults: FaultServer, vectors: list[Vector]) -> None:
    faults.plan = [401]
    with pytest.raises(RewardServerError, match="status 401"):
        _run(_ask(vectors[0]))
    assert len(faults.requests) == 1


def test_the_address_may_come_from_reward_kwargs(
    settings: None, server: RewardServer, vectors: list[Vector], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MENDLOOP_REWARD_URL", "http://127.0.0.1:9")
    bound = functools.partial(compute_score, url=server.url)
    assert inspect.iscoroutinefunction(bound)
    score = _run(bound(data_source="m", solution_str=vectors[0].text, ground_truth=vectors[0].oracle_id))
    assert score["score"] == vectors[0].reward
    assert _run(_ask(vectors[0], url=server.url, reward_router_address=None))["score"] == vectors[0].reward


def test_it_can_be_loaded_by_its_path(settings: None, vectors: list[Vector]) -> None:
    module = _load(Path(mendloop_reward.__file__))
    assert inspect.iscoroutinefunction(module.compute_score)
    names = list(inspect.signature(module.compute_score).parameters)
    assert names[:4] == ["data_source", "solution_str", "ground_truth", "extra_info"]
    score = asyncio.run(_loaded_score(module, vectors[0]))
    assert score["score"] == vectors[0].reward


async def _loaded_score(module: ModuleType, vector: Vector) -> dict[str, float]:
    score: dict[str, float] = await module.compute_score("m", vector.text, vector.oracle_id, None)
    await module.close()
    return score


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("loaded_by_path", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_each_event_loop_has_a_session_of_its_own(settings: None, vectors: list[Vector]) -> None:
    for _ in range(2):
        assert _run(_ask(vectors[0]))["score"] == vectors[0].reward
