"""`python -m mendloop_trainer.engines.trl PHASE --round-dir DIR --attempt N`: one child of a TRL round."""

import logging
import sys

from mendloop_trainer.engines.base import Round
from mendloop_trainer.engines.child_main import child_main


def _run(phase: str, current: Round) -> int:
    """Each phase loads what it needs: torch and TRL take seconds."""
    # TRL warns of answers without a reward, and quotes the whole row.
    logging.getLogger("trl").setLevel(logging.ERROR)
    match phase:
        case "warmup":
            from mendloop_trainer.engines.trl.warmup import warm_up

            return warm_up(current)
        case "train":
            from mendloop_trainer.engines.trl.training import train

            return train(current)
        case "export":
            from mendloop_trainer.engines.trl.export import export

            return export(current)
    from mendloop_trainer.engines.trl.evaluation import evaluate

    return evaluate(current)


if __name__ == "__main__":
    sys.exit(child_main(sys.argv[1:], ("warmup", "train", "export", "evaluate"), _run))
