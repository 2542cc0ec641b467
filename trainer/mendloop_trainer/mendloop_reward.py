"""Reward functions for TRL and verl that ask Mendloop's reward server.

One file of the standard library and aiohttp, because engines load the file by its path
(docs/contracts/round.md#engines). Settings come from the environment: MENDLOOP_REWARD_URL and MENDLOOP_REWARD_TOKEN;
optionally MENDLOOP_SPEC_SHA256, which the server compares with its own, and MENDLOOP_REWARD_CALLS, a file that grows by
one byte a call, so that the driver can see that the engine calls this module. No text and no token is logged or part
of an error.
"""

import asyncio
import http.client
import json
import os
import random
import threading
import time
import urllib.parse
import weakref
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp

TRIES = 3
MAX_BODY_BYTES = 31 * 1024 * 1024
"""The server takes 32 MiB."""
MAX_ITEMS = 512
TIMEOUT_S = 300.0
"""For one request: 512 items may each take the server's own limit on their turn."""
MAX_PAUSE_S = 30.0
FLAGS = ("format_error", "similarity", "files", "truncated", "empty_diff", "wrong_files", "length_ratio", "hack", "ms")
"""What every score brings along, always all of it and always as numbers; `hack` is 1 where a class was recognised."""

_PASSING = frozenset({0, 408, 429, 500, 502, 503, 504})
"""Statuses that another try may change; 0 stands for a connection that broke."""

Item = dict[str, str]
Score = dict[str, Any]


class RewardServerError(Exception):
    """The server gave no score, and asking again does not help."""


class _Post(NamedTuple):
    body: bytes


class _Pause(NamedTuple):
    seconds: float


class _Answer(NamedTuple):
    status: int
    retry_after: str
    body: bytes


def trl_reward(
    prompts: Sequence[Any],
    completions: Sequence[Any],
    reward_model: Sequence[Mapping[str, Any]] | None = None,
    log_metric: Callable[[str, float], None] | None = None,
    **columns: Any,
) -> list[float | None]:
    """TRL: one reward per completion of the local batch; None, which TRL leaves out, where there is no score.

    The column `reward_model` holds `ground_truth`, the oracle's id. `log_metric` gets the same names on every call.
    """
    if reward_model is None:
        raise RewardServerError("the data has no column reward_model")
    texts = [_text_of(completion) for completion in completions]
    pairs = zip(reward_model, texts, strict=True)
    items = [_item(k, model["ground_truth"], text) for k, (model, text) in enumerate(pairs)]
    found = _converse(_settings(None), _conversation(items))
    if log_metric is not None:
        for name, value in _means(list(found.values()), len(items)).items():
            log_metric(name, value)
    return [float(found[item["k"]]["score"]) if item["k"] in found else None for item in items]


async def compute_score(
    data_source: str,
    solution_str: str,
    ground_truth: str,
    extra_info: Mapping[str, Any] | None = None,
    *,
    url: str | None = None,
    **rest: Any,
) -> dict[str, float]:
    """verl: the score of one answer and its flags, always the same keys; raises when there is none.

    verl then drops this one trajectory, which is the nearest it has to "no score". `url` may come from `reward_kwargs`.
    """
    item = _item(0, ground_truth, solution_str)
    found = await _converse_async(_settings(url), _conversation([item]))
    if item["k"] not in found:
        raise RewardServerError(f"no score after {TRIES} tries")
    score = found[item["k"]]
    return {"score": float(score["score"]), **_numbers(score)}


def _conversation(items: Sequence[Item]) -> Generator[_Post | _Pause, _Answer, dict[str, Score]]:
    """What to send and how long to wait, for any way of sending: gives the scores by key, as far as there are any."""
    found: dict[str, Score] = {}
    pending = list(items)
    for attempt in range(TRIES):
        asked_for = 0.0
        for body in _bodies(pending):
            answer = yield _Post(body)
            asked_for = max(asked_for, _seconds(answer.retry_after))
            found.update(_scores(answer))
        pending = [item for item in pending if item["k"] not in found]
        if not pending:
            break
        if attempt + 1 < TRIES:
            yield _Pause(min(MAX_PAUSE_S, asked_for + 0.25 * 2**attempt * (0.5 + random.random())))
    return found


def _bodies(items: Sequence[Item]) -> Iterator[bytes]:
    """The fewest requests that the server takes; an item that is too large for any has no score."""
    part: list[bytes] = []
    size = 0
    for encoded in (json.dumps(item).encode("ascii") for item in items):
        if len(encoded) > MAX_BODY_BYTES:
            continue
        if part and (size + len(encoded) > MAX_BODY_BYTES or len(part) == MAX_ITEMS):
            yield _body(part)
            part, size = [], 0
        part.append(encoded)
        size += len(encoded) + 1
    if part:
        yield _body(part)


def _body(items: Sequence[bytes]) -> bytes:
    spec = os.environ.get("MENDLOOP_SPEC_SHA256", "")
    head = b'{"spec_sha256":%s,"items":[' % json.dumps(spec).encode("ascii") if spec else b'{"items":['
    return head + b",".join(items) + b"]}"


def _scores(answer: _Answer) -> dict[str, Score]:
    """The items that have a score; none where another try may help, an error where it would not."""
    if answer.status in _PASSING:
        return {}
    if answer.status != 200:
        raise RewardServerError(f"the reward server answered with status {answer.status}")
    try:
        scores: list[Score] = json.loads(answer.body)["scores"]
    except (ValueError, KeyError, TypeError):
        return {}
    return {score["k"]: score for score in scores if score["ok"]}


def _item(k: int, oracle: object, text: str) -> Item:
    return {"k": str(k), "id": str(oracle), "text": text}


def _text_of(completion: Any) -> str:
    """A completion is a text, or a list of messages of which the last is the answer."""
    return completion if isinstance(completion, str) else str(completion[-1]["content"])


def _numbers(score: Score) -> dict[str, float]:
    flags = score["flags"]
    return {name: float(flags[name] is not None) if name == "hack" else float(flags[name]) for name in FLAGS}


def _means(scores: Sequence[Score], asked: int) -> dict[str, float]:
    """Means over the items that have a score, 0 where none has; `unscored` says how many have none."""
    rows = [_numbers(score) for score in scores]
    means = {f"reward/{name}": sum(row[name] for row in rows) / max(1, len(rows)) for name in FLAGS}
    return {"reward/unscored": 1 - len(scores) / max(1, asked), **means}


def _seconds(retry_after: str) -> float:
    return float(retry_after) if retry_after.isdecimal() else 0.0


class _Settings(NamedTuple):
    url: str
    headers: dict[str, str]


def _settings(url: str | None) -> _Settings:
    base = url or os.environ.get("MENDLOOP_REWARD_URL", "")
    token = os.environ.get("MENDLOOP_REWARD_TOKEN", "")
    if not base or not token:
        raise RewardServerError("MENDLOOP_REWARD_URL or MENDLOOP_REWARD_TOKEN is not set")
    _count_call()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    return _Settings(f"{base.rstrip('/')}/v1/score", headers)


def _count_call() -> None:
    counter = os.environ.get("MENDLOOP_REWARD_CALLS", "")
    if counter:
        with Path(counter).open("ab") as file:
            file.write(b".")


_local = threading.local()


def _converse(settings: _Settings, talk: Generator[_Post | _Pause, _Answer, dict[str, Score]]) -> dict[str, Score]:
    try:
        step = next(talk)
        while True:
            if isinstance(step, _Post):
                step = talk.send(_post(settings, step.body))
            else:
                time.sleep(step.seconds)
                step = next(talk)
    except StopIteration as end:
        return dict(end.value)


def _post(settings: _Settings, body: bytes) -> _Answer:
    """Over this thread's one connection, which is made anew when it broke."""
    place = urllib.parse.urlsplit(settings.url)
    connection = _connection_to(place)
    try:
        connection.request("POST", place.path, body, settings.headers)
        response = connection.getresponse()
        return _Answer(response.status, response.headers.get("Retry-After", ""), response.read())
    except (OSError, http.client.HTTPException):
        connection.close()
        return _Answer(0, "", b"")


def _connection_to(place: urllib.parse.SplitResult) -> http.client.HTTPConnection:
    known: tuple[str, http.client.HTTPConnection] | None = getattr(_local, "connection", None)
    if known is not None:
        if known[0] == place.netloc:
            return known[1]
        known[1].close()
    kind = http.client.HTTPSConnection if place.scheme == "https" else http.client.HTTPConnection
    connection = kind(place.netloc, timeout=TIMEOUT_S)
    _local.connection = (place.netloc, connection)
    return connection


_sessions: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, aiohttp.ClientSession] = weakref.WeakKeyDictionary()


async def _converse_async(
    settings: _Settings, talk: Generator[_Post | _Pause, _Answer, dict[str, Score]]
) -> dict[str, Score]:
    try:
        step = next(talk)
        while True:
            if isinstance(step, _Post):
                step = talk.send(await _post_async(settings, step.body))
            else:
                await asyncio.sleep(step.seconds)
                step = next(talk)
    except StopIteration as end:
        return dict(end.value)


async def _post_async(settings: _Settings, body: bytes) -> _Answer:
    """Over the one session of this event loop, which keeps its connections."""
    loop = asyncio.get_running_loop()
    session = _sessions.get(loop)
    if session is None or session.closed:
        session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_S))
        _sessions[loop] = session
    try:
        async with session.post(settings.url, data=body, headers=settings.headers) as response:
            return _Answer(response.status, response.headers.get("Retry-After", ""), await response.read())
    except (OSError, aiohttp.ClientError):
        return _Answer(0, "", b"")


async def close() -> None:
    """Closes the session of this event loop, for programs that outlive their training."""
    session = _sessions.pop(asyncio.get_running_loop(), None)
    if session is not None:
        await session.close()
