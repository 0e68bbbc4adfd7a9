"""The autoencoder and the transformer learn a toy, and go on where they were stopped."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from tastemaker.teaching.painting.autoencoder import (
    LATENT_CHANNELS,
    AutoencoderSettings,
    encode,
    train_autoencoder,
)
from tastemaker.teaching.painting.captions import CaptionStates
from tastemaker.teaching.painting.checkpoints import load_checkpoint, save_checkpoint
from tastemaker.teaching.painting.drawings import Drawing
from tastemaker.teaching.painting.examples import make_examples
from tastemaker.teaching.painting.transformer import TransformerSettings, train_transformer

TINY = AutoencoderSettings(
    width=8, encoder_blocks=(0, 0, 0, 1), decoder_blocks=(1, 0, 0, 0), steps=6
)


class Stopped(Exception):
    """Somebody pulled the plug."""


def silent(*told: object) -> None:
    """No progress."""


def stop_at(step: int) -> Callable[..., None]:
    def progress(what: str, done: int, total: int | None) -> None:
        if done == step:
            raise Stopped

    return progress


@pytest.fixture
def pictures() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 255, (6, 128, 128, 3), dtype=np.uint8)


def test_pictures_become_latents_of_unit_variance(tmp_path: Path, pictures: np.ndarray):
    many = np.repeat(pictures, 50, axis=0)
    found = train_autoencoder(tmp_path / "vae", many, np.arange(300), TINY, silent)
    assert found["psnr"] > 0
    latents = encode(tmp_path / "vae", many, silent)
    assert latents.shape == (300, LATENT_CHANNELS, 16, 16)
    assert 0.5 < float(latents.astype(float).std()) < 2
    assert "block_out_channels" not in (tmp_path / "vae" / "config.json").read_text().split('"')


def states(rows: int) -> CaptionStates:
    draw = np.random.default_rng(0)
    return CaptionStates(
        draw.standard_normal((rows + 1, 4, 8)).astype(np.float16),
        np.full(rows + 1, 3),
        np.arange(1, rows + 1),
    )


def test_the_transformer_learns_and_goes_on_where_it_stopped(tmp_path: Path):
    latents = np.zeros((8, LATENT_CHANNELS, 4, 4), np.float16)
    latents[:4] = 1
    settings = TransformerSettings(
        layers=1, width=64, steps=40, batch=16, warm_up=5, compiled=False
    )
    file = tmp_path / "t.checkpoint"
    arguments = (file, latents, states(8), np.arange(8), settings)
    with pytest.raises(Stopped):
        train_transformer(*arguments, stop_at(20))
    assert not file.exists(), "the minutes between two checkpoints have not passed"
    model, found = train_transformer(*arguments, silent)
    assert found["loss"] < 2.5 and file.exists()
    again, _ = train_transformer(*arguments, stop_at(1))
    for one, other in zip(model.parameters(), again.parameters(), strict=True):
        assert torch.equal(one, other), "all steps were done: nothing is learnt anew"


def test_a_checkpoint_gives_back_what_was_kept(tmp_path: Path):
    one, other = torch.nn.Linear(2, 2), torch.nn.Linear(2, 2)
    assert load_checkpoint(tmp_path / "c", {"model": one}) == (0, 0.0)
    save_checkpoint(tmp_path / "c", {"model": one}, 7, 1.5)
    assert load_checkpoint(tmp_path / "c", {"model": other}) == (7, 1.5)
    assert torch.equal(one.weight, other.weight)


def test_a_dropped_caption_is_the_empty_one():
    known = states(3)
    with_all, mask = known.of(np.array([0, 1]), np.array([False, False]))
    dropped, _ = known.of(np.array([0, 1]), np.array([True, False]))
    assert with_all.shape == (2, 4, 8) and mask.shape == (2, 4)
    assert not torch.equal(with_all[0], dropped[0]) and torch.equal(with_all[1], dropped[1])


def test_examples_are_rendered_once_and_tell_what_they_show(tmp_path: Path):
    Image.new("RGBA", (256, 256), (200, 30, 30, 255)).save(tmp_path / "one.png")
    drawings = [Drawing(subject="fox", set="noto", file=tmp_path / "one.png")]
    found, again = (
        make_examples(tmp_path / "examples", drawings, own=2, filtered=1, seed=0, progress=silent)
        for _ in range(2)
    )
    assert len(found.about) == len(found.pictures) == 2 + 3
    assert [one.caption for one in found.about] == [one.caption for one in again.about]
    assert all("fox" in one.caption for one in found.about)
    assert found.about[0].look.style == "cartoon"
    splits = [len(found.of(split)) for split in ("train", "pair", "drawing")]
    assert sum(splits) == 5
