from pathlib import Path

import numpy as np
import pytest
from tastemaker.agent.seeing import SURE
from tastemaker.evals.eval_pictures import FEWEST, NEAREST, _precision, _recall, _same_kind
from tastemaker.recommender.cross_modal import CrossModalMap
from tastemaker.teaching.seeing.pictures import Picture


def same_space(size: int) -> CrossModalMap:
    """Texts and images lie in one space already."""
    nothing = np.zeros(size, dtype=np.float32)
    return CrossModalMap(np.eye(size, dtype=np.float32), nothing, nothing)


def picture(caption: str, kind: str = "") -> Picture:
    return Picture(set="s", key=caption, image=Path("x"), caption=caption, kind=kind, drawn=True)


def captions(count: int, held_out: bool) -> list[str]:
    """So many captions that are held out, or not."""
    names = (f"thing {n}" for n in range(10_000))
    return [name for name in names if picture(name).held_out == held_out][:count]


HELD, LEARNT = captions(20, True), captions(20, False)
AXES = np.eye(40, dtype=np.float32)


def test_a_perfect_search_finds_each_picture_first_and_learnt_ones_do_not_count():
    listed = [picture(name) for name in [*HELD, *LEARNT]]
    images = AXES.copy()
    images[20:] = AXES[0]  # pictures that were learnt from would win, if they were searched
    row = _recall("s", listed, images, AXES, same_space(40), 0)
    assert (row["set"], row["pairs"]) == ("s", 20)
    assert row["recall@1"] == row["recall@5"] == row["recall@10"] == 1.0
    assert (row["chance@1"], row["chance@5"], row["chance@10"]) == (0.05, 0.25, 0.5)
    assert row["recall@5 interval"] == "[1.000, 1.000]"
    assert (row["believed"], row["others believed"]) == (1.0, 0.0)


def test_recall_is_the_share_whose_own_picture_is_among_the_first():
    """Caption n has n pictures before its own: 1 of 20 is first, 5 are in the first five."""
    listed = [picture(name) for name in HELD]
    images = AXES[:20]
    texts = np.zeros((20, 40), dtype=np.float32)
    for n in range(20):
        texts[n, :n] = 2.0  # as near as others are
        texts[n, n] = 1.0
    row = _recall("s", listed, images, texts, same_space(40), 0)
    assert (row["recall@1"], row["recall@5"], row["recall@10"]) == (0.05, 0.25, 0.5)
    low, high = map(float, row["recall@5 interval"].strip("[]").split(","))
    assert 0.0 < low < 0.25 < high < 0.5
    lengths = np.linalg.norm(texts, axis=1)
    assert row["believed"] == round(float(np.mean(1 / lengths >= SURE)), 3)
    nearer = [(n, 2 / lengths[n]) for n in range(20) for _ in range(n)]
    believed = sum(cosine >= SURE for _, cosine in nearer)
    assert row["others believed"] == round(believed / (20 * 19), 3)


def test_drawings_of_one_caption_count_as_one():
    listed = [picture(name) for name in [HELD[0], HELD[0].upper(), HELD[1]]]
    texts = AXES[[0, 0, 1]]
    images = AXES[[2, 0, 1]]  # the first looks like nothing, but its twin is found
    row = _recall("s", listed, images, texts, same_space(40), 0)
    assert row["recall@1"] == 1.0 and row["chance@1"] == 0.5


def test_a_set_of_one_caption_is_a_figure():
    row = _recall("s", [picture(HELD[0])], AXES[:1], AXES[:1], same_space(40), 0)
    assert row["recall@1"] == row["chance@1"] == 1.0 and row["others believed"] == 0.0


def test_the_nearest_others_are_counted_and_never_the_picture_itself():
    kinds = np.array(["a"] * 6 + ["b"] * 2)
    line = np.array([[np.cos(t), np.sin(t)] for t in np.linspace(0, 1, 8)], dtype=np.float32)
    shares = _same_kind(line, kinds, [0, 5, 7])
    assert NEAREST == 5
    # 0: 1 to 5 are of its kind; 5: 6, 7 are not; 7: of 2 to 6 only 6 is.
    assert shares.tolist() == pytest.approx([1.0, 0.6, 0.2])


def test_precision_tells_pictures_from_titles_and_from_lot():
    names = [*HELD, *LEARNT]
    listed = [picture(name, "ab"[n % 2]) for n, name in enumerate(names)]
    listed.append(picture("no kind"))
    by_kind = AXES[[n % 2 for n in range(41)]]
    mixed = AXES[[(n // 2) % 2 for n in range(41)]]  # each title is as near to both kinds
    (row,) = _precision("s", listed, by_kind, mixed, 0)
    assert (row["pictures"], row["kinds"], row[f"precision@{NEAREST}"]) == (20, 2, 1.0)
    assert row["interval"] == "[1.000, 1.000]"
    assert row["chance"] == round(19 / 39, 3)
    assert 0.2 < row["text only"] < 0.8
    (turned,) = _precision("s", listed, mixed, by_kind, 0)
    assert turned["text only"] == 1.0 and turned[f"precision@{NEAREST}"] == row["text only"]


def test_too_few_pictures_or_one_kind_give_no_figure():
    few = [picture(name, "ab"[n % 2]) for n, name in enumerate([*HELD[: FEWEST - 1], *LEARNT])]
    assert _precision("s", few, AXES, AXES, 0) == []
    same = [picture(name, "a") for name in HELD]
    assert _precision("s", same, AXES, AXES, 0) == []
    assert _precision("s", [picture(name) for name in HELD], AXES, AXES, 0) == []
