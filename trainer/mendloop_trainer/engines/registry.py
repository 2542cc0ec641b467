"""Engines by their names, each imported when a round asks for it: one with missing packages hides no other."""

import importlib

from mendloop_trainer.engines.base import Engine
from mendloop_trainer.failure import DriverFailure, Exit

PLACES = {
    "fake": ("mendloop_trainer.engines.fake.engine", "FakeEngine"),
    "trl_grpo": ("mendloop_trainer.engines.trl_grpo", "TrlGrpo"),
    "trl_sft": ("mendloop_trainer.engines.trl_sft", "TrlSft"),
    "verl_grpo": ("mendloop_trainer.engines.verl_grpo", "VerlGrpo"),
}


def find_engine(name: str) -> Engine:
    """The engine of that name; `engine_missing` where this machine does not have it."""
    module, attribute = PLACES[name]
    try:
        engine: Engine = getattr(importlib.import_module(module), attribute)()
    except ImportError:
        raise DriverFailure(Exit.ENVIRONMENT, "engine_missing", f"the engine {name} is not installed here") from None
    return engine


def engine_names() -> list[str]:
    """The engines that can be loaded here; whether a round can run by one is what its `check` says."""
    return [name for name in PLACES if _is_there(name)]


def _is_there(name: str) -> bool:
    try:
        find_engine(name)
    except DriverFailure:
        return False
    return True
