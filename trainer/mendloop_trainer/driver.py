"""The life of one attempt of a round (docs/contracts/round.md): lease, checks, rewards, children, result."""

import json
import platform
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

from . import __version__
from .checks import check_round
from .control import Control
from .engines.base import Child, Engine, Round, Spec
from .engines.registry import find_engine
from .evaluation_file import evaluation_means
from .events import EventLog, EventTail
from .export_check import check_export
from .failure import DriverFailure, Exit, failure_of
from .files import now, write_atomically
from .hashing import canonical_json, sha256_of_file
from .heartbeat import Heartbeat
from .lease import sole_use, take_lease
from .manifest import publish, verify_out
from .phases import PROGRESS, PhaseRunner, events_file
from .progress import Progress
from .reward_service import RewardService
from .spec import LoadedSpec, folder_of, load_spec, resume_key
from .watch import Watch

RESULT = "mendloop.result/1"
_PACKAGES = ("torch", "trl", "transformers", "peft", "accelerate", "datasets", "verl", "ray", "vllm")
_ENGINE_PACKAGES = {"trl_grpo": "trl", "trl_sft": "trl", "verl_grpo": "verl"}


def run(round_directory: Path, attempt: int, *, evaluates_only: bool = False) -> int:
    """Runs the attempt to its end and gives its exit code; `result.json` is the last file that it writes.

    A duplicate (40) writes nothing at all. `evaluates_only` trains nothing: the base model is the candidate.
    """
    control = Control(round_directory)
    control.listen()
    driver = _Attempt(round_directory, attempt, control, evaluates_only=evaluates_only)
    try:
        take_lease(driver.folder, attempt)
    except (DriverFailure, OSError) as error:
        failure = failure_of(error)
        sys.stderr.write(f"mendloop_trainer: {failure.reason}: {failure.message}\n")
        return failure.code
    return driver.run()


class _Ended(NamedTuple):
    code: int
    reason: str
    message: str


def _ended_by(action: Callable[[], _Ended]) -> _Ended:
    """Whatever goes wrong, the app gets its code."""
    try:
        return action()
    except Exception as error:
        failure = failure_of(error)
        return _Ended(failure.code, failure.reason, failure.message)


class _Attempt:
    """One run of the driver, after it has the lease."""

    def __init__(self, round_directory: Path, attempt: int, control: Control, *, evaluates_only: bool) -> None:
        self._evaluates_only = evaluates_only
        self.folder = round_directory / "attempts" / f"{attempt:04d}"
        self._directory = round_directory
        self._attempt = attempt
        self._native = self.folder / "native"
        self._control = control
        self._round_id = _round_id(round_directory)
        self._started_at = now()
        self._progress = Progress()
        self._watch: Watch | None = None

    def run(self) -> int:
        ended = _ended_by(self._logged)
        try:
            write_atomically(self.folder / "result.json", canonical_json(self._result(ended)))
        except OSError as error:
            return ended.code or failure_of(error).code
        return ended.code

    def _logged(self) -> _Ended:
        self._native.mkdir(exist_ok=True)
        with closing(EventLog(self.folder / "events.jsonl", self._round_id, self._attempt)) as log:
            ended = _ended_by(lambda: self._live(log))
            log.add("end", exit_code=ended.code, reason=ended.reason)
        return ended

    def _live(self, log: EventLog) -> _Ended:
        log.add("phase", name="validate")
        loaded = load_spec(self._directory)
        with (
            Heartbeat(self.folder / "status.json", loaded.spec["limits"]["heartbeat_s"]) as heartbeat,
            sole_use(self._directory / "work"),
        ):
            heartbeat.set(phase="validate")
            engine = find_engine(loaded.spec["engine"]["name"])
            check_round(self._directory, loaded.spec, self._control.pulse)
            engine.check(self._round(loaded, {}))
            log.add("phase", name="prepare")
            heartbeat.set(phase="prepare")
            if (self._directory / "out").exists():
                self._adopt_out(loaded)
            else:
                self._train(loaded, engine, log, heartbeat)
            log.add("phase", name="done")
            heartbeat.set(phase="done")
        return _Ended(Exit.DONE, "done", "the round is complete")

    def _train(self, loaded: LoadedSpec, engine: Engine, log: EventLog, heartbeat: Heartbeat) -> None:
        is_resumed = self._prepare_work(loaded.spec)
        if self._evaluates_only:
            self._offer_base(loaded.spec)
        with RewardService(self._directory, loaded, self._native) as service:
            service.start(self._control.pulse)
            current = self._round(loaded, service.urls)
            children = self._wanted(engine.children(current))
            self._write_engine(engine.render(current), children, loaded.spec, service)
            runner = PhaseRunner(current, log, heartbeat, service, self._control, loaded.sha256)
            self._progress, self._watch = runner.progress, runner.watch
            if is_resumed:
                runner.progress.restore(current.work / PROGRESS)
                runner.progress.catch_up(self._events_before())
                runner.progress.save(current.work / PROGRESS)
            for child in children:
                self._run_child(child, runner)
            runner.enter("verify")
            runner.end_if_cancelled("verify")
            if self._evaluates_only:
                evaluation_means(self.folder / "evaluation.jsonl")
            else:
                self._publish(current, loaded, log)

    def _wanted(self, children: Sequence[Child]) -> Sequence[Child]:
        return [child for child in children if child.phase == "evaluate"] if self._evaluates_only else children

    def _offer_base(self, spec: Spec) -> None:
        """Where an evaluate child looks for the candidate."""
        unfinished = self._directory / "out.tmp"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
        (unfinished / "model").symlink_to(folder_of(spec["model"]["base"]["uri"]), target_is_directory=True)

    def _events_before(self) -> Iterator[Mapping[str, Any]]:
        """What the last training child wrote, also what its driver had no time to read."""
        folders = [self.folder.parent / f"{attempt:04d}" / "native" for attempt in range(1, self._attempt)]
        files = [folder / events_file("train") for folder in folders]
        for file in [file for file in files if file.exists()][-1:]:
            yield from (event for event in EventTail(file).read() if event is not None)

    def _run_child(self, child: Child, runner: PhaseRunner) -> None:
        """An attempt that goes on after the training of an earlier one does not train again."""
        if child.phase in ("warmup", "train") and self._progress.is_trained:
            return
        unfinished = self._directory / "out.tmp"
        if child.phase == "export":
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
        runner.run(child)
        if child.phase == "export":
            check_export(unfinished)

    def _publish(self, current: Round, loaded: LoadedSpec, log: EventLog) -> None:
        evaluation = self.folder / "evaluation.jsonl"
        means = evaluation_means(evaluation) if loaded.spec["evaluation"]["rows"] > 0 else {}
        publish(current, loaded.sha256, _engine_version(loaded.spec), self._progress, means)
        manifest = self._directory / "out" / "manifest.json"
        size = manifest.stat().st_size
        log.add("artifact", path="out/manifest.json", sha256=sha256_of_file(manifest), bytes=size)

    def _adopt_out(self, loaded: LoadedSpec) -> None:
        """An earlier attempt ended between the rename of `out` and its result: its work is this attempt's result."""
        manifest = verify_out(self._directory / "out")
        if manifest["spec_sha256"] != loaded.sha256:
            raise DriverFailure(Exit.RESUME_INCOMPATIBLE, "resume_incompatible", "out is of another specification")
        self._progress.restore(self._directory / "work" / PROGRESS)
        if loaded.spec["evaluation"]["rows"] > 0:
            earlier = self.folder.parent / f"{manifest['attempt']:04d}" / "evaluation.jsonl"
            evaluation_means(earlier)
            shutil.copyfile(earlier, self.folder / "evaluation.jsonl")

    def _prepare_work(self, spec: Spec) -> bool:
        """Whether this attempt goes on from an earlier one; where it does not, the work folder is empty."""
        work = self._directory / "work"
        file, key = work / "RESUME_KEY", resume_key(spec, __version__)
        if spec["resume"]["policy"] == "auto" and file.exists():
            if file.read_text("ascii").strip() != key:
                message = "the checkpoints are of another specification or version"
                raise DriverFailure(Exit.RESUME_INCOMPATIBLE, "resume_incompatible", message)
            return True
        for path in work.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path.name != "LOCK":
                path.unlink()
        write_atomically(file, f"{key}\n".encode("ascii"))
        return False

    def _write_engine(
        self, rendered: Mapping[str, Any], children: Sequence[Child], spec: Spec, service: RewardService
    ) -> None:
        engine = {
            "engine": _engine_version(spec),
            "rendered": rendered,
            "children": [{"phase": child.phase, "argv": list(child.argv)} for child in children],
            "reward": list(service.processes),
            "python": platform.python_version(),
            "platform": platform.platform(),
            "packages": {name: version for name in _PACKAGES if (version := package_version(name)) is not None},
        }
        write_atomically(self.folder / "engine.json", canonical_json(engine))

    def _round(self, loaded: LoadedSpec, reward_urls: Mapping[str, str]) -> Round:
        return Round(self._directory, self._attempt, loaded.spec, reward_urls)

    def _result(self, ended: _Ended) -> dict[str, Any]:
        asked, unscored = (self._watch.asked, self._watch.unscored) if self._watch is not None else (0, 0)
        return {
            "schema": RESULT,
            "round_id": self._round_id,
            "attempt": self._attempt,
            "exit_code": ended.code,
            "reason": ended.reason,
            "message": ended.message,
            "steps": self._progress.step,
            "metrics_final": self._progress.metrics,
            "dropped_rows": self._progress.dropped,
            "scores": {"asked": asked, "unscored": unscored},
            "started_at": self._started_at,
            "ended_at": now(),
        }


def package_version(name: str) -> str | None:
    """None where the package is not installed."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _engine_version(spec: Spec) -> dict[str, Any]:
    name = spec["engine"]["name"]
    package = _ENGINE_PACKAGES.get(name)
    version = __version__ if package is None else package_version(package)
    return {"name": name, "version": version, "commit": None}


def _round_id(round_directory: Path) -> str:
    """What the specification says, where it says anything; else the folder's name."""
    try:
        spec = json.loads((round_directory / "spec.json").read_bytes())
    except (OSError, ValueError):
        return round_directory.name
    found = spec.get("round_id") if isinstance(spec, dict) else None
    return found if isinstance(found, str) and len(found) <= 64 else round_directory.name
