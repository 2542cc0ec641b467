"""The rows of a round for verl: parquet with a fixed schema (docs/contracts/round.md#engines)."""

from collections.abc import Sequence
from pathlib import Path

from mendloop_trainer.engines.trl.rows import Row


def write_parquet(rows: Sequence[Row], target: Path) -> None:
    """Writes `target` whole or not at all."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    message = pa.struct([("role", pa.string()), ("content", pa.string())])
    schema = pa.schema(
        [
            ("prompt", pa.list_(message)),
            ("data_source", pa.string()),
            ("ability", pa.string()),
            ("reward_model", pa.struct([("style", pa.string()), ("ground_truth", pa.string())])),
            (
                "extra_info",
                pa.struct([("index", pa.int64()), ("split", pa.string()), ("task_id", pa.string())]),
            ),
        ]
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(".tmp")
    pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), unfinished)
    unfinished.replace(target)
