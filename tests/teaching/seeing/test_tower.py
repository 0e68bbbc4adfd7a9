import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tastemaker.recommender.image_encoder import ImageEncoder, read_image
from tastemaker.teaching.seeing.pictures import Picture
from tastemaker.teaching.seeing.tower import BATCH, Tower, _view

from ...recommender.test_image_encoder import tiny_clip


def picture(path: Path) -> Picture:
    return Picture(set="set", key=path.name, image=path, caption=path.stem)


@pytest.fixture
def clip(tmp_path, dirs) -> Path:
    return tiny_clip(tmp_path / "clip")


@pytest.fixture
def pictures(tmp_path) -> list[Picture]:
    """More than fit into one batch, each of another colour on the left and on the right."""
    found = []
    for n in range(BATCH + 2):
        image = Image.new("RGB", (60, 40), (n * 12, 255 - n * 12, 80))
        image.paste((255 - n * 9, 40, n * 9), (30, 0, 60, 40))
        image.save(tmp_path / f"{n}.png")
        found.append(picture(tmp_path / f"{n}.png"))
    return found


def test_a_state_is_the_class_token_as_the_server_computes_it(clip, pictures):
    import torch
    from transformers import AutoImageProcessor, CLIPVisionModelWithProjection

    model = CLIPVisionModelWithProjection.from_pretrained(clip, dtype=torch.bfloat16).eval()
    processor = AutoImageProcessor.from_pretrained(clip, backend="pil")
    states = Tower(clip).states([(one, 0) for one in pictures])
    assert states.shape == (len(pictures), 32) and states.dtype == np.float32
    for n in (0, BATCH + 1):
        image = read_image(pictures[n].image)
        pixels = processor(images=[image], return_tensors="pt")["pixel_values"]
        with torch.inference_mode():
            whole = model.vision_model(pixels.to(torch.bfloat16)).last_hidden_state[0, 0]
        assert states[n] == pytest.approx(whole.float().numpy(), abs=0.05)


def test_clips_own_vectors_follow_from_the_states(clip, pictures):
    tower = Tower(clip)
    embeds = tower.embeds(tower.states([(one, 0) for one in pictures]))
    vectors, _ = ImageEncoder(clip).encode([one.image for one in pictures])
    assert np.linalg.norm(embeds, axis=1) == pytest.approx(1.0, abs=1e-3)
    assert (embeds * vectors).sum(axis=1).min() > 0.99


def test_what_was_looked_at_is_kept_and_the_model_not_needed_again(clip, pictures, tmp_path):
    views = [(one, view) for one in pictures for view in (0, 1)]
    told = []
    first = Tower(clip).states(views, lambda what, done, total: told.append((done, total)))
    assert told == [(0, 36), (16, 36), (32, 36)]
    shutil.rmtree(clip)
    kept = Tower(clip).states(views[::-1], lambda *_: pytest.fail("it looks again"))
    assert (kept[::-1] == first).all()
    # A copy of the file is the same picture, whatever its name or caption.
    shutil.copyfile(pictures[3].image, tmp_path / "copy.jpg")
    copy = picture(tmp_path / "copy.jpg")
    assert (Tower(clip).states([(copy, 1)])[0] == first[7]).all()


def test_a_run_that_broke_off_goes_on(clip, pictures):
    views = [(one, 0) for one in pictures]
    some = Tower(clip).states(views[:5])
    told = []
    whole = Tower(clip).states(views, lambda what, done, total: told.append((done, total)))
    assert told == [(0, len(views) - 5)] and (whole[:5] == some).all()
    assert not [path for path in Tower(clip)._cache.iterdir() if path.suffix != ".npy"]


def test_other_views_are_crops_of_at_least_seven_tenths_some_of_them_mirrored(tmp_path):
    ramp = np.tile(np.arange(100, dtype=np.uint8), (80, 1))
    Image.fromarray(np.stack([ramp] * 3, axis=-1)).save(tmp_path / "ramp.png")
    whole = _view(tmp_path / "ramp.png", 0)
    assert whole.size == (100, 80)
    mirrored = []
    for number in range(1, 20):
        view = _view(tmp_path / "ramp.png", number)
        assert 70 <= view.width <= 100 and 56 <= view.height <= 80
        line = np.asarray(view)[0, :, 0].astype(int)
        assert set(np.diff(line)) in ({1}, {-1})  # neither stretched nor blurred
        mirrored.append(line[0] > line[-1])
        assert (np.asarray(_view(tmp_path / "ramp.png", number)) == np.asarray(view)).all()
    assert 0 < sum(mirrored) < 19


def test_a_file_that_is_no_image_is_seen_as_white(clip, tmp_path):
    (tmp_path / "torn.png").write_bytes(b"\x89PNG torn")
    Image.new("RGB", (224, 224), "white").save(tmp_path / "white.png")
    torn, white = picture(tmp_path / "torn.png"), picture(tmp_path / "white.png")
    states = Tower(clip).states([(torn, 0), (white, 0), (torn, 1)])
    assert states[0] == pytest.approx(states[1], abs=0.05)
    assert states[2] == pytest.approx(states[1], abs=0.05)
