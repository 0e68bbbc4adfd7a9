import pytest
import torch
from safetensors.torch import save_file
from tastemaker.packages import silent
from tastemaker.teaching.seeing.projector import (
    Projector,
    _apart,
    _near,
    aligned_projector,
    load_projector,
)
from torch.nn.functional import normalize

from ..conftest import save_tiny_model

WORDS = ["a", "b", "cc", "dada", "e f", "g", "hi", "jk"]
TOWER = 16


@pytest.fixture(scope="module")
def language(tmp_path_factory):
    """(tokenizer, token vectors) of the tiny model."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder = save_tiny_model(tmp_path_factory.mktemp("model") / "tiny")
    model = AutoModelForCausalLM.from_pretrained(folder)
    return AutoTokenizer.from_pretrained(folder), model.get_input_embeddings().weight.detach()


def planted(seed: int = 0) -> tuple[torch.Tensor, list[str], list[str]]:
    """States of twenty pictures of each word, a direction of its own and some noise; their captions
    and sets."""
    centres = 3 * torch.randn(len(WORDS), TOWER, generator=torch.Generator().manual_seed(9))
    noise = torch.randn(len(WORDS) * 20, TOWER, generator=torch.Generator().manual_seed(seed))
    return centres.repeat(20, 1) + 0.3 * noise, WORDS * 20, ["one", "two"] * (len(WORDS) * 10)


def test_pictures_come_near_their_words_whatever_the_scale_of_the_states(language):
    """What normalising does is in the projector: raw states give what normalised ones gave."""
    tokenizer, vectors = language
    states, captions, sets = planted()
    new, _, _ = planted(seed=1)
    said = []
    for scale, shift in ((100.0, 0.0), (4000.0, -50_000.0)):
        raw = states * scale + shift
        projector = aligned_projector(raw, captions, sets, tokenizer, vectors)
        said.append(projector(new * scale + shift).detach())
    words = torch.stack([vectors[tokenizer(f" {word}").input_ids].mean(dim=0) for word in WORDS])
    centre = vectors.mean(dim=0)
    for one in said:
        nearest = (normalize(one - centre) @ normalize(words - centre).T).argmax(dim=1)
        right = torch.arange(len(WORDS)).repeat(20)
        assert (nearest == right).float().mean() > 0.95  # by lot: an eighth
    assert (said[0] - said[1]).abs().max() < 0.05 * said[0].abs().max()


def test_the_same_seed_gives_the_same_projector_of_llavas_form(language):
    tokenizer, vectors = language
    states, captions, sets = planted()
    told = []

    def aligned(seed: int, progress=silent) -> Projector:
        return aligned_projector(states, captions, sets, tokenizer, vectors, progress, seed)

    first = aligned(0, lambda what, done, total: told.append((done, total)))
    again, other = aligned(0), aligned(1)
    assert {name: tuple(value.shape) for name, value in first.state_dict().items()} == {
        "linear_1.weight": (32, TOWER),
        "linear_1.bias": (32,),
        "linear_2.weight": (32, 32),
        "linear_2.bias": (32,),
    }
    assert torch.equal(first(states), again(states))
    assert not torch.equal(first(states), other(states))
    assert told[0] == (0, 1500) and len(told) == 30


def test_any_number_of_leading_dimensions_is_kept():
    projector = Projector(TOWER, 32)
    assert projector(torch.zeros(2, 3, TOWER)).shape == (2, 3, 32)
    assert projector(torch.zeros(TOWER)).shape == (32,)


def test_a_kept_projector_is_read_back_in_full_precision(tmp_path):
    projector = Projector(TOWER, 32)
    kept = {name: value.bfloat16() for name, value in projector.state_dict().items()}
    save_file(kept, tmp_path / "p.safetensors")
    found = load_projector(tmp_path / "p.safetensors")
    states = torch.randn(4, TOWER)
    assert found(states).dtype == torch.float32
    assert torch.allclose(found(states), projector(states), atol=0.05)


def test_near_is_nought_for_the_targets_themselves_only():
    targets = torch.randn(30, 8)
    assert _near(targets, targets).item() == pytest.approx(0.0, abs=1e-5)
    assert _near(2 * targets, targets) > 0.5  # the direction is right, the length is not
    assert _near(-targets, targets) > 2


def test_a_caption_that_is_there_twice_is_not_another():
    targets = torch.randn(100, 500, generator=torch.Generator().manual_seed(0)) + 0.2
    assert _apart(targets, targets) < 0.01
    assert _apart(targets.roll(1, 0), targets) > 20
    assert _apart(targets.repeat(2, 1), targets.repeat(2, 1)) < 0.01
