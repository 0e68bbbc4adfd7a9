"""Pretraining objectives against adaptation techniques: the survey's experiments in one table."""

import hashlib
import json
import time
from collections.abc import Sequence
from functools import cache, partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from ..errors import BadInputError
from ..files import cache_dir, replacing_file
from ..packages import Progress, silent
from ..recommender.adaptation.techniques import MERGES, TECHNIQUES, technique
from ..recommender.channels.sequence import Sequence as SequenceChannel
from ..recommender.encoders.features import ItemFeatures
from ..recommender.encoders.sequence_model import SequenceModel
from ..recommender.encoders.user_encoder import UserEncoderConfig
from ..recommender.pretraining.objectives import OBJECTIVES, objective
from ..recommender.train import RecommenderConfig, build_model
from ..recommender.training import TrainingConfig, train
from ..recommender.validation import next_item_ndcg
from ..settings import Settings
from .bench_recommender import Data, load, rank_alone
from .memory import peak_memory
from .ranking import RankingResult, paired_difference
from .report import Report, environment

TRANSFERABLE = ("text", "image")
"""Modalities whose vectors mean the same in every catalogue."""
NONE = "none"
"""No pretraining: what the others are compared with."""
CELLS = [(NONE, "full-finetuning"), *product(OBJECTIVES, TECHNIQUES)]
"""Objective and technique of each row."""
PROTOCOL = (
    "the sequence model, pretrained for {epochs} epochs with one objective and adapted for at"
    " most {epochs} to the next-item task with one technique; leave-one-out by time, full ranking"
    " of each user's last item among all that the user has not met; {seeds} seeds; ndcg@10 is the"
    " mean over users and seeds, spread the standard deviation over seeds, gain the difference to"
    " no pretraining with its bootstrap 95 % interval over users and the p of a paired"
    " randomisation test; parameters are those that the"
    " adaptation trains; CPU seconds (all threads) and peak memory (process, MiB) are the"
    " adaptation's, median over seeds"
)


def run(
    names: Sequence[str],
    settings: Settings,
    source: str | None = None,
    seeds: int = 3,
    epochs: int = 15,
    progress: Progress = silent,
) -> Report:
    """Every objective with every technique on each catalogue.

    Args:
        names: catalogues to adapt to.
        source: catalogue to pretrain on instead, by text and image alone, since neither identities
            nor attributes carry over; none: pretrain on the same catalogue.
        epochs: of the pretraining, and of the adaptation at most.

    Raises:
        BadInputError: a catalogue is unknown, too small, or shares no contents with the source.
    """
    rows: list[dict[str, Any]] = []
    for name in names:
        target = load(name, settings, progress)
        origin = load(source, settings, progress) if source else target
        features, origin_features = target.features, origin.features
        if source:
            features, origin_features = _shared(target, origin)
        cells: dict[tuple[str, str], list[Cell]] = {}
        for seed, goal in product(range(seeds), [NONE, *OBJECTIVES]):
            config = _config(seed, epochs, source is not None)
            schedule = config.training.model_copy(update={"patience": epochs})
            what = f"{name}, {goal}, seed {seed}"
            # Made once for all techniques, and only if one of them was not trained before.
            pretrained = cache(
                partial(
                    _pretrained, origin, origin_features, config, goal, schedule, progress, what
                )
            )
            for way in [way for other, way in CELLS if other == goal]:
                kept = _file(target, origin, features, config, schedule, goal, way)
                if not kept.exists():
                    model = build_model(features, config, target.split.train)
                    if goal != NONE:
                        carry_over(pretrained(), model)
                    cell = _adapt(model, way, target, config, progress, f"{what}, {way}")
                    with replacing_file(kept) as temporary:
                        temporary.write_text(cell.model_dump_json())
                cell = Cell.model_validate_json(kept.read_bytes())
                cells.setdefault((goal, way), []).append(cell)
        rows += _rows(name, source, cells)
    return Report(
        name="adaptation",
        protocol=PROTOCOL.format(epochs=epochs, seeds=seeds),
        environment=environment(),
        rows=rows,
    )


class Cell(BaseModel):
    """One training; kept in the cache, so that an interrupted table goes on."""

    model_config = ConfigDict(extra="forbid")

    ranks: list[int]
    """Rank of each user's test item."""
    parameters: int
    """Trained by the adaptation."""
    cpu_seconds: float
    """Processor time of the adaptation, of all threads: what else runs hardly changes it."""
    peak_mib: float
    """Highest resident memory of the process meanwhile."""

    def per_user(self, metric: str) -> NDArray[np.float64]:
        """A metric of each user; see `RankingResult`."""
        ranks = np.array(self.ranks)
        return RankingResult("", "tastemaker", ranks, np.empty((0, 20), np.int64)).per_user(metric)


def _file(
    target: Data, origin: Data, features: ItemFeatures, config: RecommenderConfig,
    schedule: TrainingConfig, goal: str, way: str,
) -> Path:  # fmt: skip
    """Where a cell is kept: another file for whatever could change it."""
    asked = [
        target.catalog.fingerprint, origin.catalog.fingerprint, sorted(features.modalities),
        config.model_dump_json(), schedule.model_dump_json(), goal, way,
    ]  # fmt: skip
    digest = hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:16]
    return cache_dir() / "bench" / f"adaptation-{digest}.json"


def _pretrained(
    origin: Data, features: ItemFeatures, config: RecommenderConfig, goal: str,
    schedule: TrainingConfig, progress: Progress, what: str,
) -> SequenceModel:  # fmt: skip
    model = build_model(features, config, origin.split.train)
    train(model, objective(goal), origin.split.train, schedule, None, None, progress, what)
    return model


def carry_over(pretrained: SequenceModel, model: SequenceModel) -> None:
    """Copy every weight that means the same in `model`: all but what is bound to other items."""
    state = model.state_dict()
    for name, weight in pretrained.state_dict().items():
        if name in state and state[name].shape == weight.shape:
            state[name] = weight
    model.load_state_dict(state)


def _config(seed: int, epochs: int, across: bool) -> RecommenderConfig:
    # For few epochs: an average of the weights would lag behind, and much dropout slow them down.
    training = TrainingConfig(epochs=epochs, length=100, average=0, patience=4, seed=seed)
    encoder = UserEncoderConfig(dropout=0.2)
    return RecommenderConfig(encoder=encoder, training=training, identity=not across)


def _shared(target: Data, origin: Data) -> tuple[ItemFeatures, ItemFeatures]:
    """The features of both in the modalities that they share."""
    both = set(TRANSFERABLE) & set(target.features.modalities) & set(origin.features.modalities)
    if not both:
        raise BadInputError(
            f"{target.catalog.manifest.name} and {origin.catalog.manifest.name} share neither text"
            " nor images, so nothing can be carried from one to the other."
        )
    of_target, of_origin = target.features, origin.features
    return (
        of_target.without(*(set(of_target.modalities) - both)),
        of_origin.without(*(set(of_origin.modalities) - both)),
    )


def _adapt(
    model: SequenceModel,
    way: str,
    data: Data,
    config: RecommenderConfig,
    progress: Progress,
    what: str,
) -> Cell:
    """Adapt, and rank the test items."""
    split, training = data.split, config.training
    technique(way)(model)
    parameters = sum(weight.numel() for weight in model.parameters() if weight.requires_grad)

    def validate() -> float:
        return next_item_ndcg(model, split.valid, split.valid_targets, training.length)

    started = time.process_time()
    with peak_memory() as peak:
        loss = objective("autoregressive")
        train(model, loss, split.train, training, validate, None, progress, what)
    seconds = time.process_time() - started
    if way in MERGES:
        MERGES[way](model)
    channel = SequenceChannel.of(model, training.length)
    result = rank_alone(way, channel, split, training.seed)
    return Cell(
        ranks=result.ranks.tolist(), parameters=parameters, cpu_seconds=seconds, peak_mib=peak[0]
    )


def _rows(
    name: str, source: str | None, cells: dict[tuple[str, str], list[Cell]]
) -> list[dict[str, Any]]:
    rows = []
    baseline = _per_user(cells[CELLS[0]])
    for goal, way in CELLS:
        found = cells[goal, way]
        per_user = _per_user(found)
        gain = paired_difference(per_user, baseline, seed=0)
        by_seed = [float(cell.per_user("ndcg@10").mean()) for cell in found]
        rows.append(
            {
                "catalogue": name,
                "pretrained on": (source or name) if goal != NONE else "",
                "objective": goal,
                "adaptation": way,
                "ndcg@10": float(per_user.mean()),
                "spread": float(np.std(by_seed)),
                "recall@10": float(np.mean([cell.per_user("recall@10").mean() for cell in found])),
                "gain": gain.mean,
                "gain from": gain.low,
                "gain to": gain.high,
                "p": gain.p,
                "parameters": found[0].parameters,
                "CPU s": float(np.median([cell.cpu_seconds for cell in found])),
                "peak MiB": float(np.median([cell.peak_mib for cell in found])),
            }
        )
    return rows


def _per_user(cells: Sequence[Cell]) -> np.ndarray:
    """NDCG@10 of each user, the mean over seeds."""
    return np.mean([cell.per_user("ndcg@10") for cell in cells], axis=0)
