"""RecBole's models on our data and protocol: the input, the run, the results that are kept.

Settings: RecBole's site publishes search results for MovieLens-1M, Amazon-Books and Yelp2022
(https://recbole.io/hyperparameters/general.html), none for MovieLens-100k. So every model runs with
the defaults that RecBole 1.2.1 documents and ships (its `properties/overall.yaml` and
`properties/model/`), written out below; early stopping watches NDCG@10, the benchmark's measure,
instead of MRR@10.
"""

import hashlib
import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import polars as pl
from filelock import FileLock

from ...errors import TastemakerError
from ...files import cache_dir, replacing_file
from ...packages import Progress, silent
from .environment import RECBOLE, peer_python

KEEP_MEMORY = {"MALLOC_MMAP_THRESHOLD_": "33554432", "MALLOC_TRIM_THRESHOLD_": "1073741824"}
"""glibc would hand each step's tensors back to the system and fault them in again, which makes
training on a CPU slower."""
SCRIPT = Path(__file__).with_name("run_recbole.py")

COMMON: dict[str, Any] = {
    "load_col": {"inter": ["user_id", "item_id", "timestamp"]},
    "eval_args": {
        "split": {"LS": "valid_and_test"},
        "group_by": "user",
        "order": "TO",
        "mode": "full",
    },
    "metrics": ["NDCG", "Recall", "MRR"],
    "topk": [10, 20],
    "valid_metric": "NDCG@10",
    "metric_decimal_place": 6,
    "epochs": 300,
    "stopping_step": 10,
    "learner": "adam",
    "learning_rate": 0.001,
    "train_batch_size": 2048,
}
# The batch of the evaluation counts scores for a general model, users for a sequential one; it
# changes speed and memory only.
GENERAL: dict[str, Any] = {"eval_batch_size": 2_000_000}
SEQUENTIAL: dict[str, Any] = {
    "eval_batch_size": 1024,
    "MAX_ITEM_LIST_LENGTH": 50,
    "loss_type": "CE",
    "train_neg_sample_args": None,
}
_TRANSFORMER: dict[str, Any] = {
    **SEQUENTIAL,
    "n_layers": 2,
    "n_heads": 2,
    "hidden_size": 64,
    "inner_size": 256,
    "hidden_act": "gelu",
    "layer_norm_eps": 1e-12,
    "initializer_range": 0.02,
}
MODELS: dict[str, dict[str, Any]] = {
    "Pop": GENERAL,
    "ItemKNN": {**GENERAL, "k": 100, "shrink": 0.0},
    "EASE": {**GENERAL, "reg_weight": 250.0},
    "BPR": {**GENERAL, "embedding_size": 64},
    "LightGCN": {**GENERAL, "embedding_size": 64, "n_layers": 2, "reg_weight": 1e-05},
    "GRU4Rec": {
        **SEQUENTIAL,
        "embedding_size": 64,
        "hidden_size": 128,
        "num_layers": 1,
        "dropout_prob": 0.3,
    },
    "SASRec": {**_TRANSFORMER, "hidden_dropout_prob": 0.5, "attn_dropout_prob": 0.5},
    "BERT4Rec": {
        **_TRANSFORMER,
        "hidden_dropout_prob": 0.2,
        "attn_dropout_prob": 0.2,
        "mask_ratio": 0.2,
        "ft_ratio": 0.5,
    },
}
"""The models and what is set for each, the cheap ones first."""


@dataclass(frozen=True)
class PeerResult:
    """How one peer model ranked every user's test item."""

    model: str
    """RecBole's name of it."""
    users: list[str]
    """User ids, in the order in which the interactions first name them."""
    ranks: np.ndarray
    """(users,), int: 1-based rank of the test item among all items of the interactions but those
    that the user had before; ties are broken uniformly at random."""
    top: list[list[str]]
    """(users, at most 20): the ids of the first items of that order."""
    seconds_train: float
    """Building and training the model, validation included."""
    seconds_score: float
    """Scoring and ranking all users once."""
    parameters: int
    """Numbers trained by gradient descent; 0 for models that count or solve."""
    epochs: int
    """Epochs trained; the model of the best one, by validation NDCG@10, is used."""
    best_epoch: int
    """That epoch, from 1."""
    stopped_by: Literal["early stopping", "time budget", "all epochs"]
    """What ended the training."""
    device: str
    """Where RecBole trained: `cpu` or `cuda`."""
    own_ndcg10: float
    """NDCG@10 as RecBole reports it; its sequential models may recommend seen items there."""
    own_recall10: float
    """Recall@10 as RecBole reports it."""


def peer_ranks(
    model: str,
    interactions: pl.DataFrame,
    seed: int = 0,
    max_seconds: float = 900.0,
    progress: Progress = silent,
    *,
    fresh: bool = False,
    python: Path | None = None,
) -> PeerResult:
    """Train a RecBole model on all but the last two interactions of each user; rank the last one.

    The second last is the validation item, for early stopping. Training stops at the end of the
    first epoch after `max_seconds`. A result is kept in the cache and found again for the same
    interactions, settings, seed and script. Training that was interrupted, or cut by a shorter
    budget, goes on from its best epoch. `fresh` computes all anew.

    Args:
        model: one of `MODELS`.
        interactions: `user_id` and `item_id`, each user's rows in order of time, at least three.
        seed: of RecBole's initialisation and sampling, and of broken ties.
        max_seconds: of training.
        progress: told of every epoch.
        fresh: do not use a kept result.
        python: an interpreter that has RecBole; none: that of its own environment, made if missing.

    Raises:
        MissingError: RecBole's environment cannot be made.
        TastemakerError: RecBole failed; the message holds the last line of what it said.
    """
    users = interactions["user_id"].unique(maintain_order=True).to_list()
    items = interactions["item_id"].unique(maintain_order=True).to_list()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        write_input(interactions, work)
        kept = result_file(work, model, seed)
        kept.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(kept.with_suffix(".lock")):
            if fresh:
                kept.unlink(missing_ok=True)
                _checkpoint(kept).unlink(missing_ok=True)
            before = _report(kept)
            spent = before["seconds_train"] if before else 0.0
            if not before or (before["stopped_by"] == "time budget" and spent < max_seconds):
                python = python or peer_python(progress)
                _run(python, work, model, seed, max_seconds, spent, kept, progress)
    with np.load(kept) as arrays:
        return PeerResult(
            model=model,
            users=users,
            ranks=arrays["rank"],
            top=[[items[item] for item in row if item >= 0] for row in arrays["top"].tolist()],
            **json.loads(str(arrays["report"])),
        )


def write_input(interactions: pl.DataFrame, folder: Path) -> None:
    """Write `peer/peer.inter`, RecBole's atomic file, into a folder.

    Users and items become numbers, in the order in which they are first named, so that no id has to
    survive a text format; the timestamp is the position within the user, so that time never ties.
    """

    def number(column: str) -> pl.Expr:
        ids = interactions[column].unique(maintain_order=True)
        return pl.col(column).cast(pl.Enum(ids)).to_physical()

    (folder / "peer").mkdir()
    interactions.select(
        number("user_id").alias("user_id:token"),
        number("item_id").alias("item_id:token"),
        pl.int_range(pl.len()).over("user_id").alias("timestamp:float"),
    ).write_csv(folder / "peer" / "peer.inter", separator="\t")


def result_file(folder: Path, model: str, seed: int) -> Path:
    """Where the result for an input folder is kept: another path for whatever could change it."""
    digest = hashlib.sha256((folder / "peer" / "peer.inter").read_bytes())
    asked = [RECBOLE, model, {**COMMON, **MODELS[model]}, seed]
    digest.update(json.dumps(asked, sort_keys=True).encode() + SCRIPT.read_bytes())
    return cache_dir() / "peers" / "results" / f"{model}-{digest.hexdigest()[:16]}.npz"


def _checkpoint(kept: Path) -> Path:
    """Where the unfinished training of a kept result is."""
    return kept.with_suffix(".pth")


def _report(kept: Path) -> dict[str, Any] | None:
    """What a kept result says of its training; none where there is no result."""
    if not kept.exists():
        return None
    with np.load(kept) as arrays:
        return json.loads(str(arrays["report"]))


def _run(
    python: Path,
    folder: Path,
    model: str,
    seed: int,
    max_seconds: float,
    spent: float,
    kept: Path,
    progress: Progress,
) -> None:
    what = f"RecBole's {model}"
    settings = json.dumps({**COMMON, **MODELS[model]})
    result, errors = folder / "result.npz", folder / "errors.txt"
    checkpoint = _checkpoint(kept)
    arguments = [folder, model, settings, seed, max_seconds, spent, checkpoint, result]
    # -I: else the script's folder comes first on its path, and this file hides the library.
    command = [python, "-I", SCRIPT, *arguments]
    progress(what, 0, None)
    with (
        errors.open("w") as stream,
        subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,  # RecBole leaves checkpoints and logs where it runs
            env=os.environ | KEEP_MEMORY,
            stdout=subprocess.PIPE,
            stderr=stream,
            text=True,
        ) as process,
    ):
        for line in process.stdout or ():
            if line.startswith("epoch "):
                _, epoch, _, epochs, *_ = line.split()
                progress(what, int(epoch), int(epochs))
    if process.returncode:
        said = [line.strip() for line in errors.read_text().splitlines() if line.strip()]
        reason = said[-1] if said else f"it ended with status {process.returncode}"
        raise TastemakerError(f"{what} failed: {reason}")
    progress(what, 1, 1)
    with replacing_file(kept) as temporary:
        temporary.write_bytes(result.read_bytes())
