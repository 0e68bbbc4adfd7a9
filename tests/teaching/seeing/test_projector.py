import pytest
import torch
from tastemaker.teaching.seeing.projector import Projector, regressed_projector
from torch.nn.functional import cosine_similarity

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


def planted(spread: float, shift: float) -> tuple[torch.Tensor, list[str]]:
    """States of twenty pictures of each word: a direction of its own and some noise."""
    draw = torch.Generator().manual_seed(0)
    centres = torch.randn(len(WORDS), TOWER, generator=draw)
    states = centres.repeat(20, 1)
    states += 0.1 * torch.randn(states.shape, generator=draw)
    return states * spread + shift, WORDS * 20


def test_pictures_are_mapped_on_their_words_whatever_the_scale_of_the_states(language):
    """What normalising does is in the projector: raw states give what normalised ones gave."""
    tokenizer, vectors = language
    states, captions = planted(100.0, 0.0)
    other, _ = planted(4000.0, -50_000.0)
    said = [regressed_projector(some, captions, tokenizer, vectors)(some).detach()
            for some in (states, other)]  # fmt: skip
    targets = torch.stack([vectors[tokenizer(f" {w}").input_ids].mean(dim=0) for w in captions])
    for one in said:
        assert cosine_similarity(one, targets, dim=-1).mean() > 0.95
        lengths, right = one.norm(dim=-1).mean(), targets.norm(dim=-1).mean()
        assert lengths.item() == pytest.approx(right.item(), rel=0.1)
    assert (said[0] - said[1]).abs().max() < 0.05 * said[0].abs().max()


def test_the_same_seed_gives_the_same_projector_of_llavas_form(language):
    tokenizer, vectors = language
    states, captions = planted(1.0, 0.0)
    told = []
    first = regressed_projector(
        states, captions, tokenizer, vectors, lambda what, done, total: told.append((done, total))
    )
    again = regressed_projector(states, captions, tokenizer, vectors)
    other = regressed_projector(states, captions, tokenizer, vectors, seed=1)
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
