"""Trains one RecBole model and ranks every user's test item; run BY the peer's Python, alone.

    python -I run_recbole.py FOLDER MODEL SETTINGS SEED MAX_SECONDS SPENT CHECKPOINT OUT

`-I` keeps this folder off the path: the neighbour `recbole.py` would hide the library.

FOLDER holds `peer/peer.inter`, RecBole's atomic file: `user_id:token`, `item_id:token`,
`timestamp:float`, separated by tabs. Users and items are the numbers from 0 without gaps. The
timestamp is the position within the user, so that RecBole's leave-one-out by time is exactly the
caller's: the last interaction is the test item, the one before it the validation item.

The best epoch so far is kept as CHECKPOINT; where there is one, training goes on from it, its first
SPENT seconds done. The file is gone once training has ended by itself.

OUT is an .npz: `rank` (users,), the 1-based rank of the user's test item among all items but those
of the user's earlier interactions, ties broken uniformly at random; `top` (users, 20), the first
items of that order, -1 where there are fewer; `report`, a JSON text. Row u belongs to user u.

RecBole ranks as its rules have it. A general model (BPR, EASE, ...) knows of a user's training
interactions only, a sequential one gets the validation item as its last input. Seen items are left
out for general models but not for sequential ones: this difference is undone here, in `rank` and
`top`. As a check, NDCG@10 is recomputed under RecBole's rule and must equal what RecBole reports
within 0.002, wherever the ties fall (RecBole breaks them by the order of items in memory).
"""

import functools
import json
import shutil
import sys
import time
from pathlib import Path

import numpy as np
import torch

TOP = 20
TOLERANCE = 0.002


class OutOfTime(Exception):
    """The time budget is spent; raised at the end of an epoch, after the checkpoint is saved."""


def main(
    folder: Path,
    model_name: str,
    settings: dict,
    seed: int,
    seconds: float,
    spent: float,
    checkpoint: Path,
    out: Path,
) -> None:
    """Train, score, write; prints a line for each epoch and the check."""
    # Checkpoints hold RecBole's configuration object, which torch >= 2.6 does not load by default.
    torch.load = functools.partial(torch.load, weights_only=False)
    from recbole.config import Config  # pyright: ignore
    from recbole.data import create_dataset, data_preparation  # pyright: ignore
    from recbole.utils import get_model, get_trainer, init_seed  # pyright: ignore

    base = {"data_path": str(folder), "seed": seed, "show_progress": False}
    config = Config(model=model_name, dataset="peer", config_dict={**settings, **base})
    init_seed(seed, config["reproducibility"])
    dataset = create_dataset(config)
    train, valid, test = data_preparation(config, dataset)

    init_seed(seed, config["reproducibility"])
    began = time.perf_counter()
    model = get_model(model_name)(config, train._dataset).to(config["device"])
    trainer = get_trainer(config["MODEL_TYPE"], model_name)(config, model)
    began -= spent
    if checkpoint.exists():
        shutil.copy(checkpoint, trainer.saved_model_file)
        trainer.resume_checkpoint(trainer.saved_model_file)
    epochs = trainer.start_epoch

    def epoch_ended(epoch: int, score: float) -> None:
        nonlocal epochs
        epochs = epoch + 1
        if trainer.cur_step == 0:  # the best so far, which RecBole has just saved
            shutil.copy(trainer.saved_model_file, checkpoint.with_suffix(".part"))
            checkpoint.with_suffix(".part").replace(checkpoint)
        print(f"epoch {epochs} of {trainer.epochs} ndcg@10 {score:.6f}", flush=True)
        if time.perf_counter() - began > seconds and epochs < trainer.epochs:
            raise OutOfTime

    try:
        trainer.fit(train, valid, saved=True, callback_fn=epoch_ended)
        stopped_by = "early stopping" if epochs < trainer.epochs else "all epochs"
    except OutOfTime:
        stopped_by = "time budget"
    trained = time.perf_counter()
    best_epoch = torch.load(trainer.saved_model_file, map_location="cpu")["epoch"] + 1
    own = trainer.evaluate(test, load_best_model=True)

    scoring = time.perf_counter()
    rank, bounds, top = ranks(trainer, test, folder, np.random.default_rng(seed))
    report = {
        "seconds_train": trained - began,
        "seconds_score": time.perf_counter() - scoring,
        "parameters": sum(p.numel() for p in model.parameters()) if trainer.epochs > 1 else 0,
        "best_epoch": best_epoch,
        "epochs": epochs,
        "stopped_by": stopped_by,
        "device": str(config["device"]),
        "own_ndcg10": own["ndcg@10"],
        "own_recall10": own["recall@10"],
    }
    low, high = ndcg10(bounds[1]), ndcg10(bounds[0])
    check = f"NDCG@10 {low:.4f} to {high:.4f} recomputed, {own['ndcg@10']:.4f} RecBole's own"
    print(f"check {check}", flush=True)
    if not low - TOLERANCE <= own["ndcg@10"] <= high + TOLERANCE:
        raise SystemExit(f"the ranks are not RecBole's: {check}")
    np.savez(out, rank=rank, top=top, report=np.array(json.dumps(report)))
    if stopped_by != "time budget":
        checkpoint.unlink(missing_ok=True)


def ranks(
    trainer, test, folder: Path, chance: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """By user: `rank`; the best and the worst rank under RecBole's own rule (2, users); `top`."""
    dataset = test._dataset
    rows = np.loadtxt(folder / "peer" / "peer.inter", skiprows=1, dtype=np.int64, usecols=(0, 1))
    by_user = rows[np.argsort(rows[:, 0], kind="stable")]
    histories = np.split(by_user[:, 1], np.flatnonzero(np.diff(by_user[:, 0])) + 1)
    users = len(histories)
    _, user_of = numbers(dataset, dataset.uid_field, users)
    its_item, item_of = numbers(dataset, dataset.iid_field, rows[:, 1].max() + 1)

    rank, bounds = np.zeros(users, np.int64), np.zeros((2, users), np.int64)
    top = np.full((users, TOP), -1, np.int64)
    trainer.model.eval()
    for batch in test:
        with torch.no_grad():
            interaction, scores, _, _ = trainer._full_sort_batch_eval(batch)
        batch_users = user_of[interaction[dataset.uid_field].cpu().numpy()]
        for user, score in zip(batch_users, scores.cpu().numpy(), strict=True):
            target = its_item[histories[user][-1]]
            bounds[:, user] = 1 + (score > score[target]).sum(), (score >= score[target]).sum()
            score[its_item[np.setdiff1d(histories[user][:-1], histories[user][-1:])]] = -np.inf
            order = np.lexsort((chance.random(len(score)), -score))
            rank[user] = 1 + np.flatnonzero(order == target)[0]
            best = order[:TOP][np.isfinite(score[order[:TOP]])]
            top[user, : len(best)] = item_of[best]
    return rank, bounds, top


def numbers(dataset, field: str, count: int) -> tuple[np.ndarray, np.ndarray]:
    """RecBole's number of each of ours, and ours of each of RecBole's (-1 for its padding, 0)."""
    its = dataset.token2id(field, [str(number) for number in range(count)])
    ours = np.full(count + 1, -1)
    ours[its] = np.arange(count)
    return its, ours


def ndcg10(rank: np.ndarray) -> float:
    """NDCG@10 with one relevant item: the mean of 1 / log2(1 + rank) for ranks up to 10."""
    return float(np.where(rank <= 10, 1 / np.log2(1 + rank), 0).mean())


if __name__ == "__main__":
    place, name, wishes, seed, budget, before, kept, target = sys.argv[1:]
    del sys.argv[1:]  # RecBole reads the command line too
    main(
        Path(place), name, json.loads(wishes), int(seed), float(budget), float(before),
        Path(kept), Path(target),
    )  # fmt: skip
