"""RecBole as a peer: its input, what a kept result depends on, failures; a real run where it is."""

import itertools
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tastemaker.errors import TastemakerError
from tastemaker.evals.peers import environment, recbole
from tastemaker.evals.peers.recbole import MODELS, peer_ranks, result_file, write_input

REAL = environment.environment_folder() / "bin" / "python"
"""Found before a test points the cache elsewhere."""

FAKE = f"""#!{sys.executable}
import json, sys
import numpy as np
from pathlib import Path
folder, model, settings, seed, seconds, spent, checkpoint, out = sys.argv[3:]
log = Path({{log!r}})
log.write_text((log.read_text() if log.exists() else "") + f"{{{{model}}}} {{{{spent}}}}\\n")
print("epoch 1 of 300 ndcg@10 0.1", flush=True)
if model == "Pop":
    print("Traceback ...\\nValueError: all items are gone\\n", file=sys.stderr)
    sys.exit(1)
report = dict(seconds_train=float(spent) + 60.0, seconds_score=0.1, parameters=7, epochs=1,
    best_epoch=1, stopped_by="time budget", device="cpu", own_ndcg10=0.5, own_recall10=0.6)
top = np.full((2, 20), -1)
top[0, :2] = [2, 0]
top[1, :1] = [1]
np.savez(out, rank=np.array([1, 3]), top=top, report=np.array(json.dumps(report)))
"""


def frame(histories: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    rows = [(user, item) for user, items in histories.items() for item in items]
    return pl.DataFrame(rows, schema=["user_id", "item_id"], orient="row")


@pytest.fixture
def fake(tmp_path: Path) -> Path:
    """An interpreter that, instead of running the script, writes down that it ran and answers."""
    python = tmp_path / "python"
    python.write_text(FAKE.format(log=str(tmp_path / "runs")))
    python.chmod(0o755)
    return python


def runs(python: Path) -> list[str]:
    """Model and seconds spent before, of each run."""
    return python.with_name("runs").read_text().splitlines()


def test_the_input_is_numbers_and_positions(tmp_path: Path) -> None:
    write_input(frame({"ann\t": "xyz", "Bob": "zyx"}), tmp_path)
    lines = (tmp_path / "peer" / "peer.inter").read_text().splitlines()
    assert lines[0] == "user_id:token\titem_id:token\ttimestamp:float"
    assert lines[1:] == ["0\t0\t0", "0\t1\t1", "0\t2\t2", "1\t2\t0", "1\t1\t1", "1\t0\t2"]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 6)), min_size=1))
def test_the_input_can_be_read_back(tmp_path_factory: pytest.TempPathFactory, pairs: list) -> None:
    folder = tmp_path_factory.mktemp("input")
    given_rows = [(f"u {user}", f"i\n{item}") for user, item in pairs]
    write_input(pl.DataFrame(given_rows, schema=["user_id", "item_id"], orient="row"), folder)
    rows = pl.read_csv(folder / "peer" / "peer.inter", separator="\t").rows()
    users = list(dict.fromkeys(user for user, _ in given_rows))
    items = list(dict.fromkeys(item for _, item in given_rows))
    assert [(users[user], items[item]) for user, item, _ in rows] == given_rows
    for user, own in itertools.groupby(sorted(rows, key=lambda row: row[0]), lambda row: row[0]):
        assert [time for _, _, time in own] == list(range(sum(row[0] == user for row in rows)))


def test_a_kept_result_depends_on_all_that_could_change_it(tmp_path: Path) -> None:
    for name, items in {"one": "xyz", "same": "abc", "other": "xyx"}.items():
        (tmp_path / name).mkdir()
        write_input(frame({"u": items}), tmp_path / name)
    asked = [
        (tmp_path / "one", "EASE", 0),
        (tmp_path / "other", "EASE", 0),
        (tmp_path / "one", "BPR", 0),
        (tmp_path / "one", "EASE", 1),
    ]
    assert len({result_file(*question) for question in asked}) == len(asked)
    again = result_file(tmp_path / "same", "EASE", 0)  # only the names differ
    assert again == result_file(*asked[0])


def test_ranks_and_items_come_back_and_are_kept(fake: Path, cache: Path) -> None:
    told = []
    data = frame({"ann": "xyz", "bob": "zyx"})
    result = peer_ranks("EASE", data, 0, 60.0, lambda *what: told.append(what), python=fake)
    assert (result.users, result.ranks.tolist()) == (["ann", "bob"], [1, 3])
    assert result.top == [["z", "x"], ["y"]]
    assert (result.parameters, result.stopped_by, result.own_ndcg10) == (7, "time budget", 0.5)
    assert ("RecBole's EASE", 1, 300) in told
    kept = peer_ranks("EASE", data, 0, 60.0, python=fake)
    assert kept.ranks.tolist() == [1, 3] and runs(fake) == ["EASE 0.0"]
    longer = peer_ranks("EASE", data, 0, 90.0, python=fake)  # it was cut by the shorter budget
    assert longer.seconds_train == 120 and runs(fake) == ["EASE 0.0", "EASE 60.0"]
    peer_ranks("EASE", data, 0, 90.0, python=fake, fresh=True)
    assert runs(fake)[2:] == ["EASE 0.0"]


def test_a_crash_is_told_in_one_sentence_and_not_kept(fake: Path, cache: Path) -> None:
    for _ in range(2):
        with pytest.raises(TastemakerError, match=r"RecBole's Pop failed.*all items are gone$"):
            peer_ranks("Pop", frame({"u": "xyz"}), python=fake)
    assert runs(fake) == ["Pop 0.0", "Pop 0.0"]
    assert not list(cache.rglob("*.npz"))


def test_every_setting_can_be_handed_over_and_sequential_models_sample_no_negatives() -> None:
    for name, settings in MODELS.items():
        assert json.loads(json.dumps(settings)) == settings
        sequential = name in {"GRU4Rec", "SASRec", "BERT4Rec"}
        assert ("MAX_ITEM_LIST_LENGTH" in settings) == sequential
        if sequential:
            assert settings["train_neg_sample_args"] is None and settings["loss_type"] == "CE"


@pytest.mark.skipif(not REAL.exists(), reason="RecBole's environment has not been made")
def test_a_real_model_finds_groups_that_share_nothing(cache: Path) -> None:
    """Three groups of ten items; all of group g took eight of its items.

    Item-KNN can score only items of one's own group above zero, and three of them are unseen.
    """
    histories = {
        f"u{user}": [f"{user % 3}\t{(user * 3 + step * 7) % 10}" for step in range(8)]
        for user in range(30)
    }
    rows = [(user, item) for user, items in histories.items() for item in items]
    data = pl.DataFrame(rows, schema=["user_id", "item_id"], orient="row")
    result = peer_ranks("ItemKNN", data, python=REAL)
    assert result.users == list(histories)
    assert result.ranks.max() <= 3
    for user, rank, top in zip(result.users, result.ranks, result.top, strict=True):
        seen, wanted = histories[user][:-1], histories[user][-1]
        assert len(top) == 20 and not set(top) & set(seen)
        assert top[rank - 1] == wanted
        assert {item[0] for item in top[:3]} == {wanted[0]}


@pytest.mark.skipif(not REAL.exists(), reason="RecBole's environment has not been made")
def test_training_that_was_cut_goes_on(cache: Path) -> None:
    histories = {f"u{user}": [str((user + step) % 30) for step in range(6)] for user in range(60)}
    cut = peer_ranks("BPR", frame(histories), 0, 0.0, python=REAL)
    assert (cut.epochs, cut.stopped_by) == (1, "time budget")
    assert len(list(cache.rglob("*.pth"))) == 1
    whole = peer_ranks("BPR", frame(histories), 0, 600.0, python=REAL)
    assert whole.stopped_by == "early stopping" and whole.epochs > whole.best_epoch >= 1
    assert whole.seconds_train > cut.seconds_train
    assert not list(cache.rglob("*.pth"))


def test_the_script_stands_alone() -> None:
    assert "tastemaker" not in recbole.SCRIPT.read_text()
