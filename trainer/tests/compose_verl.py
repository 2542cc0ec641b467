"""For a Python that has verl: the configuration of `verl.trainer.main_ppo` for some overrides, as JSON."""

import json
import sys
from pathlib import Path

import verl.trainer
from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf
from verl.utils.config import omega_conf_to_dataclass

with initialize_config_dir(config_dir=str(Path(verl.trainer.__path__[0]) / "config"), version_base=None):
    config = compose("ppo_trainer", overrides=sys.argv[1:])
# verl checks these by its own types; the type of `reward` fails even for the defaults.
for part in ("actor_rollout_ref.actor", "actor_rollout_ref.rollout", "algorithm"):
    omega_conf_to_dataclass(OmegaConf.select(config, part))
sys.stdout.write(json.dumps(OmegaConf.to_container(config, resolve=True), default=str) + "\n")
