"""A model server of the child's own, for as long as it asks."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mendloop_trainer.engines.base import Round, Spec
from mendloop_trainer.failure import DriverFailure, Exit

_START_S = 600.0
"""Loading 70 billion parameters from a shared disk takes minutes."""
_ANSWER_S = 1800.0
_STOP_S = 20.0


@contextmanager
def served(current: Round, name: str, folder: Path) -> Iterator[str]:
    """Its address; it ends with the block."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    # Where this folder is missing, listing models fails.
    cache = current.work / "hub-cache"
    cache.mkdir(parents=True, exist_ok=True)
    with (current.attempt_directory / "native" / f"serve-{name}.log").open("ab") as log:
        environment = {**os.environ, "HF_HUB_CACHE": str(cache)}
        argv = server_argv(current.spec, folder, port)
        server = subprocess.Popen(argv, stdout=log, stderr=log, env=environment)  # noqa: S603
        try:
            _wait_until_up(server, url)
            yield url
        finally:
            _stop(server)


def server_argv(spec: Spec, folder: Path, port: int) -> list[str]:
    """Both serve whole models under the name of their folder; `transformers serve` cannot serve adapters."""
    where = [str(folder), "--host", "127.0.0.1", "--port", str(port)]
    if spec["evaluation"]["server"] == "vllm":
        return [program("vllm"), "serve", *where, "--served-model-name", str(folder)]
    device = ["--device", "cpu"] if spec["engine"]["profile"] == "cpu" else []
    return [program("transformers"), "serve", *where, *device, "--dtype", spec["model"]["dtype"]]


def ask_model(spec: Spec, url: str, folder: Path, messages: Sequence[Any], seed: int) -> str:
    """One answer. Raises `serving_failed` where there is none."""
    body = json.dumps(request_body(spec, folder, messages, seed)).encode("utf-8")
    request = urllib.request.Request(  # noqa: S310 The address is our own.
        f"{url}/v1/chat/completions", body, {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=_ANSWER_S) as response:  # noqa: S310
            content: str | None = json.load(response)["choices"][0]["message"]["content"]
    except urllib.error.HTTPError as error:
        raise DriverFailure(Exit.CRASHED, "serving_failed", f"the model server answered {error.code}") from None
    except OSError:
        raise DriverFailure(Exit.CRASHED, "serving_failed", "the model server does not answer") from None
    return content or ""


def request_body(spec: Spec, folder: Path, messages: Sequence[Any], seed: int) -> dict[str, Any]:
    evaluation = spec["evaluation"]
    body = {
        "model": str(folder),
        "messages": messages,
        "max_tokens": evaluation["max_new_tokens"],
        "temperature": evaluation["temperature"],
        "seed": seed,
        "stream": False,
    }
    if evaluation["server"] == "transformers":
        # Its temperature alone does not make it sample: whether it does is in the model's own file, where mostly not.
        body["generation_config"] = json.dumps(_generation(folder, evaluation["temperature"]))
    return body


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _generation(folder: Path, temperature: float) -> dict[str, Any]:
    config = json.loads((folder / "config.json").read_text("utf-8"))
    own = folder / "generation_config.json"
    if own.is_file():
        config |= json.loads(own.read_text("utf-8"))
    special = {name: config[name] for name in ("bos_token_id", "eos_token_id", "pad_token_id") if name in config}
    if temperature == 0:
        return {**special, "do_sample": False}
    return {**special, "do_sample": True, "temperature": temperature, "top_k": 0, "top_p": 1.0}


def program(name: str) -> str:
    """The one that is installed beside this Python."""
    return str(Path(sys.executable).parent / name)


def _wait_until_up(server: "subprocess.Popen[bytes]", url: str) -> None:
    until = time.monotonic() + _START_S
    while time.monotonic() < until:
        if server.poll() is not None:
            raise DriverFailure(Exit.CRASHED, "serving_failed", f"the model server ended with {server.returncode}")
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=5):  # noqa: S310
                return
        except OSError:
            time.sleep(0.5)
    raise DriverFailure(Exit.CRASHED, "serving_failed", f"the model server was not up after {_START_S:.0f} s")


def _stop(server: "subprocess.Popen[bytes]") -> None:
    server.terminate()
    try:
        server.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
