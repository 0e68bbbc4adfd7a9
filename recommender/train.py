"""Training a catalogue's recommender: sequence model, closed-form channels, learned fusion."""

import hashlib
import shutil
import time
from pathlib import Path

import numpy as np
import torch
from pydantic import BaseModel, ConfigDict, Field

from ..catalog.store import Catalog, resolve_catalog
from ..errors import BadInputError
from ..files import data_dir
from ..packages import Progress, silent
from ..serving.models import resolve_model
from ..settings import load_settings
from .adaptation.techniques import MERGES, technique
from .channels.sequence import Sequence as SequenceChannel
from .closed_form import closed_form_channels
from .encoders.features import ItemFeatures
from .encoders.item_encoder import Fusion, ItemEncoder
from .encoders.sequence_model import SequenceModel
from .encoders.user_encoder import UserEncoderConfig
from .histories import Histories, Split, leave_one_out
from .item_features import item_features
from .learned_fusion import calibrate, rank_fused
from .metrics import ndcg
from .pretraining.objectives import objective
from .text_encoder import TextEncoder
from .trained import Card, TrainedRecommender, folder_of
from .training import TrainingConfig, train
from .validation import next_item_ndcg

VALIDATED = 2_000
"""People on whom the sequence model is validated after each epoch."""


class RecommenderConfig(BaseModel):
    """What is trained."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    encoder: UserEncoderConfig = UserEncoderConfig()
    """The user encoder."""
    training: TrainingConfig = TrainingConfig()
    """The sequence model's training on the next-item task."""
    fusion: Fusion = "gated"
    """Where an item's modalities meet."""
    identity: bool = True
    """Whether items have an embedding of their own beside their contents."""
    identity_dropout: float = Field(default=0.2, ge=0, lt=1)
    """Share of items known by their contents alone in a step; 0 for items without contents."""
    pretrain: str | None = None
    """Pretraining objectives, joined by "+"; none: the next-item task from the start."""
    pretraining_epochs: int = Field(default=20, ge=1)
    """Epochs of pretraining."""
    adapt: str = "full-finetuning"
    """How a pretrained model learns the next-item task."""


def train_catalog(
    name: str | None,
    *,
    pretrain: str | None,
    adapt: str,
    epochs: int,
    length: int,
    seed: int,
    command: str,
    progress: Progress = silent,
) -> Card:
    """`train_recommender` for a catalogue by name, with the encoders of the settings.

    Raises:
        BadInputError: no such catalogue, objective or technique, or too few interactions.
    """
    technique(adapt)
    if pretrain is not None:
        objective(pretrain)
    settings = load_settings()
    catalog = resolve_catalog(name or settings.catalog, progress)
    encoder = TextEncoder(resolve_model(settings.text_encoder, progress))
    config = RecommenderConfig(
        training=TrainingConfig(epochs=epochs, length=length, seed=seed),
        pretrain=pretrain,
        adapt=adapt,
    )
    features = item_features(catalog, encoder, settings.image_encoder, progress)
    return train_recommender(catalog, features, config, command, progress)


def train_recommender(
    catalog: Catalog,
    features: ItemFeatures,
    config: RecommenderConfig,
    command: str,
    progress: Progress = silent,
) -> Card:
    """Train, evaluate and keep the recommender of a catalogue; an interrupted training goes on.

    Models are trained without each person's last two items; the one before the last stops the
    training and calibrates the fusion, the last gives the card's figures. The closed-form channels
    are then computed again from everything.

    Raises:
        BadInputError: too few people have three interactions.
    """
    started = time.time()
    histories = Histories.from_catalog(catalog)
    split = leave_one_out(histories)
    if len(split.test) < 10:
        raise BadInputError(
            f"The catalogue {catalog.manifest.name} has {len(split.test)} people with three"
            " interactions or more; training needs at least 10."
        )
    identity = f"{catalog.fingerprint} {config.model_dump_json()} {sorted(features.modalities)}"
    digest = hashlib.sha256(identity.encode()).hexdigest()[:12]
    work = data_dir() / "recommenders" / f".training-{digest}"
    model = train_sequence_model(split, features, config, work, progress)
    sequence = SequenceChannel.of(model, config.training.length)
    channels = [sequence, *closed_form_channels(split.train, features, progress)]
    progress("calibrating the fusion", 0, None)
    fusion = calibrate(channels, split.valid, split.valid_targets, config.training.seed)
    progress("evaluating", 0, None)
    ranks, _ = rank_fused(channels, fusion, split.test, split.test_targets)
    figures = {"ndcg@10": float(ndcg(ranks).mean()), "recall@10": float((ranks <= 10).mean())}
    everything = [sequence, *closed_form_channels(histories, features, progress)]
    card = Card(
        catalog=catalog.manifest.name,
        fingerprint=catalog.fingerprint,
        licence=catalog.manifest.licence,
        settings=config.model_dump(),
        command=command,
        users=len(histories),
        interactions=len(histories.items),
        figures=figures,
        seconds=round(time.time() - started, 1),
    )
    TrainedRecommender(card, everything, fusion).save(folder_of(catalog))
    shutil.rmtree(work, ignore_errors=True)
    return card


def build_model(
    features: ItemFeatures, config: RecommenderConfig, train: Histories
) -> SequenceModel:
    """An untrained model; items without a training interaction are known by contents alone."""
    torch.manual_seed(config.training.seed)
    if not features.modalities:
        items = ItemEncoder(features, config.encoder.hidden, fusion=config.fusion)
        return SequenceModel(items, config.encoder)
    met = torch.zeros(features.item_count, dtype=torch.bool)
    met[torch.from_numpy(np.unique(train.items).astype(np.int64))] = True
    items = ItemEncoder(
        features,
        config.encoder.hidden,
        fusion=config.fusion,
        identity=config.identity,
        identity_dropout=config.identity_dropout,
        met=met,
    )
    return SequenceModel(items, config.encoder)


def train_sequence_model(
    split: Split,
    features: ItemFeatures,
    config: RecommenderConfig,
    work: Path | None = None,
    progress: Progress = silent,
) -> SequenceModel:
    """Pretrain where asked, then learn the next-item task; `work` keeps the checkpoints."""
    model = build_model(features, config, split.train)
    chosen = np.random.default_rng(config.training.seed).permutation(len(split.valid))[:VALIDATED]
    chosen.sort()
    valid = split.valid.keep(chosen, split.valid.lengths[chosen])
    targets = split.valid_targets[chosen]
    training = config.training

    def validate() -> float:
        return next_item_ndcg(model, valid, targets, training.length)

    if config.pretrain is not None:
        first = training.model_copy(
            update={"epochs": config.pretraining_epochs, "patience": config.pretraining_epochs}
        )
        file = work / "pretraining.pt" if work else None
        loss = objective(config.pretrain)
        train(model, loss, split.train, first, None, file, progress, "pretraining")
    technique(config.adapt)(model)
    file = work / "adaptation.pt" if work else None
    loss = objective("autoregressive")
    train(
        model, loss, split.train, training, validate, file, progress, "training the sequence model"
    )
    if config.adapt in MERGES:
        MERGES[config.adapt](model)
    return model.eval()
