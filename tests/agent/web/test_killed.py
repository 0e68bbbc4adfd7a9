"""A server that is killed in mid-turn, again and again: what it confirmed is there afterwards."""

import sys
from functools import partial
from pathlib import Path

from tastemaker.evals.serving_kills import killed, make_campaign
from tastemaker.evals.serving_process import free_port, running

SERVE_FILMS = Path(__file__).with_name("serve_films.py")
KILLS = 3


def test_what_was_confirmed_outlives_kills(films, film_recommender, tmp_path):
    home, port = tmp_path / "home", free_port()
    make_campaign(home / "campaigns")
    command = [sys.executable, str(SERVE_FILMS), films.folder, home, port, 0.02]
    start = partial(running, [str(part) for part in command], tmp_path / "log")
    journal = killed(start, port, home, films.item_ids, kills=KILLS, seed=0)
    assert journal.lost == [] and journal.wrong == []
    assert journal.kills == KILLS and journal.retried >= KILLS
    assert len(journal.messages) > KILLS and journal.likes and journal.approvals
