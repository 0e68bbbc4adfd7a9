"""Begins the campaign of a brief twenty times, and kills it at a random moment each time.

    python kill_twenty.py CATALOG OUT BRIEF

Forks from a process that has imported all and computed nothing: no thread is lost. Prints how many
were at work when they were killed.
"""

import os
import random
import signal
import sys
import time
from pathlib import Path

from tastemaker.catalog.store import Catalog
from tastemaker.generation.campaign.audience import recipients
from tastemaker.generation.campaign.brief import Brief
from tastemaker.generation.campaign.items import items_for
from tastemaker.generation.campaign.jobs import jobs_of
from tastemaker.generation.campaign.making import Workshop
from tastemaker.generation.campaign.running import run_jobs
from tastemaker.generation.campaign.store import open_folder
from tastemaker.generation.image.checks.placement import placement
from tastemaker.generation.image.deterministic import deterministic_generator
from tastemaker.generation.image.studio import Studio
from tastemaker.generation.text.brand import Brand
from tastemaker.recommender.colour_encoder import ColourEncoder
from tastemaker.recommender.hashing_encoder import HashingEncoder
from tastemaker.recommender.recommender import Recommender


def run(catalog: Path, out: Path, text: str) -> None:
    brief = Brief.model_validate_json(text)
    studio = Studio(
        recommender=Recommender.open(Catalog.open(catalog), HashingEncoder()),
        generator=deterministic_generator(), eyes=ColourEncoder(), bridge=None, checks=(placement,),
    )  # fmt: skip
    people = recipients(studio.recommender, brief.audience, brief.seed)
    jobs = jobs_of(brief, people, items_for(studio.recommender, brief.items))
    with open_folder(out, brief) as folder:
        run_jobs(folder, Workshop(brief, Brand(), studio.recommender, studio), jobs, 0, batch=2)


def main() -> None:
    catalog, out, text = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    draw = random.Random(0)
    at_work = 0
    for _ in range(20):
        child = os.fork()
        if child == 0:
            run(catalog, out, text)
            os._exit(0)
        time.sleep(draw.uniform(0.1, 1.5))
        os.kill(child, signal.SIGKILL)
        at_work += os.waitpid(child, 0)[1] == signal.SIGKILL
    print(at_work)


main()
