"""Any diffusers pipeline paints: here a tiny Stable Diffusion with untaught weights."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tastemaker.errors import BadInputError
from tastemaker.generation.image.deterministic import deterministic_generator
from tastemaker.generation.image.generator import Generator, PaintJob, open_generator, paint
from tastemaker.generation.image.vocabulary import FILE, Vocabulary

CALL = {"num_inference_steps": 2, "height": 32, "width": 32}


def save_tiny_pipeline(folder: Path) -> None:
    """Write a Stable Diffusion pipeline of a few thousand untaught weights into a folder."""
    import torch
    from diffusers import (
        AutoencoderKL,
        DPMSolverMultistepScheduler,
        StableDiffusionPipeline,
        UNet2DConditionModel,
    )
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

    torch.manual_seed(0)
    words = folder / "words"
    words.mkdir(parents=True)
    letters = [f"{c}{end}" for c in "abcdefghijklmnopqrstuvwxyz," for end in ("", "</w>")]
    vocabulary = ["<|startoftext|>", "<|endoftext|>", *letters]
    (words / "vocab.json").write_text(json.dumps({one: n for n, one in enumerate(vocabulary)}))
    (words / "merges.txt").write_text("#version: 0.2\n")
    text = CLIPTextConfig(
        vocab_size=len(vocabulary), hidden_size=8, intermediate_size=8, num_hidden_layers=1,
        num_attention_heads=1, max_position_embeddings=16, bos_token_id=0, eos_token_id=1,
    )  # fmt: skip
    StableDiffusionPipeline(
        vae=AutoencoderKL(
            block_out_channels=(4, 4), norm_num_groups=2, latent_channels=4,
            down_block_types=("DownEncoderBlock2D",) * 2, up_block_types=("UpDecoderBlock2D",) * 2,
        ),
        unet=UNet2DConditionModel(
            sample_size=16, block_out_channels=(4, 8), layers_per_block=1, norm_num_groups=2,
            cross_attention_dim=8, attention_head_dim=2,
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        ),
        text_encoder=CLIPTextModel(text),
        tokenizer=CLIPTokenizer(
            str(words / "vocab.json"), str(words / "merges.txt"), model_max_length=16
        ),
        scheduler=DPMSolverMultistepScheduler(steps_offset=1),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    ).save_pretrained(folder / "pipeline")  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("stranger")
    save_tiny_pipeline(made)
    vocabulary = Vocabulary(subjects=[], styles={}, grounds={}, call=CALL)
    (made / "pipeline" / FILE).write_text(vocabulary.model_dump_json())
    return made / "pipeline"


@pytest.fixture(scope="module")
def generator(folder: Path) -> Generator:
    return open_generator(str(folder))


def test_it_paints_the_same_alone_and_among_others(generator: Generator):
    jobs = [PaintJob(prompt="a fox", seed=n) for n in range(3)]
    together = [one.tobytes() for one in paint(generator, jobs)]
    alone = [paint(generator, [job])[0].tobytes() for job in jobs]
    assert together == alone and len(set(together)) == 3
    assert generator.steps == 2


def test_threads_do_not_change_how_each_other_pads(generator: Generator):
    def encoded(number: int) -> int:
        padding = ("max_length", "do_not_pad")[number % 2]
        text = " ".join("abc"[: number % 3 + 1])
        return len(generator.pipeline.tokenizer(text, padding=padding, max_length=16).input_ids)

    with ThreadPoolExecutor(8) as pool:
        lengths = list(pool.map(encoded, range(4_000)))
    assert lengths == [16 if number % 2 == 0 else number % 3 + 3 for number in range(4_000)]


def test_it_begins_from_a_picture_and_stays_near(generator: Generator, tmp_path: Path):
    Image.new("RGB", (32, 32), "red").save(tmp_path / "start.png")
    jobs = [
        PaintJob(prompt="a fox", seed=1, start=tmp_path / "start.png", strength=share)
        for share in (0.5, 1)
    ]
    pictures = [np.asarray(one, float) for one in paint(generator, jobs)]
    assert pictures[0].shape == (32, 32, 3) and not np.array_equal(*pictures)


def test_it_paints_anew_only_where_it_may(generator: Generator, tmp_path: Path):
    draw = np.random.default_rng(0)
    Image.fromarray(draw.integers(0, 255, (32, 32, 3), dtype=np.uint8)).save(tmp_path / "s.png")
    Image.new("L", (32, 32), 255).save(tmp_path / "mask.png")
    job = PaintJob(
        prompt="a fox", seed=1, start=tmp_path / "s.png", repaint=tmp_path / "mask.png", strength=1
    )
    assert paint(generator, [job])[0].size == (32, 32)


def test_a_picture_that_cannot_be_begun_from_is_said(generator: Generator, tmp_path: Path):
    (tmp_path / "no.png").write_bytes(b"no picture")
    with pytest.raises(BadInputError, match="cannot be read as an image"):
        paint(generator, [PaintJob(prompt="a", seed=0, start=tmp_path / "no.png")])


def test_a_generator_that_cannot_begin_from_a_picture_says_so(tmp_path: Path):
    Image.new("RGB", (32, 32)).save(tmp_path / "start.png")
    job = PaintJob(prompt="a", seed=0, start=tmp_path / "start.png")
    with pytest.raises(BadInputError, match="cannot begin from a picture"):
        paint(deterministic_generator(), [job])


def test_a_lora_that_does_not_fit_is_said(folder: Path, tmp_path: Path):
    (tmp_path / "brand.safetensors").write_bytes(b"no weights")
    with pytest.raises(BadInputError, match="does not fit"):
        open_generator(str(folder), lora=tmp_path / "brand.safetensors")


def test_other_weights_have_another_digest(folder: Path, generator: Generator):
    assert open_generator(str(folder)).digest == generator.digest
    text = (folder / FILE).read_text()
    (folder / FILE).write_text(text.replace("32", "24"))
    assert open_generator(str(folder)).digest != generator.digest
    (folder / FILE).write_text(text)


def test_a_lora_of_a_brand_changes_the_picture(folder: Path, generator: Generator, tmp_path: Path):
    import torch
    from diffusers.pipelines.stable_diffusion.pipeline_stable_diffusion import (
        StableDiffusionPipeline,
    )
    from peft import LoraConfig
    from peft.utils import get_peft_model_state_dict

    torch.manual_seed(1)
    unet = StableDiffusionPipeline.from_pretrained(folder, local_files_only=True).unet
    unet.add_adapter(LoraConfig(r=2, target_modules=["to_q", "to_v"], init_lora_weights=False))
    StableDiffusionPipeline.save_lora_weights(
        tmp_path, unet_lora_layers=get_peft_model_state_dict(unet)
    )
    branded = open_generator(str(folder), lora=tmp_path / "pytorch_lora_weights.safetensors")
    job = PaintJob(prompt="a fox", seed=1)
    assert paint(branded, [job])[0].tobytes() != paint(generator, [job])[0].tobytes()
    assert branded.digest != generator.digest
