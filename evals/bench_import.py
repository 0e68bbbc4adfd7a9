"""`tastemaker bench import`: time and memory of importing many interactions."""

import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ..packages import Progress, silent
from .report import Report, environment

ITEMS = 20_000
USERS = 200_000
BAD_EVERY = 1000
MEMORY_MIB = 1024


def run(rows: int, *, seed: int, progress: Progress = silent) -> Report:
    """Import made-up interactions in the MovieLens 25M layout, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "source")
        source.mkdir()
        bad = _write(source, rows, seed, progress)
        size = sum(path.stat().st_size for path in source.iterdir())
        command = [sys.executable, "-m", "tastemaker", "catalog", "import", str(source)]
        data = {**os.environ, "TASTEMAKER_DATA_DIR": str(Path(folder, "data"))}
        began = time.perf_counter()
        done = subprocess.Popen([*command, "--name", "many"], env=data, stdout=subprocess.PIPE)
        output = done.stdout.read().decode() if done.stdout else ""
        _, status, usage = os.wait4(done.pid, 0)
        seconds = time.perf_counter() - began
    peak = usage.ru_maxrss / 1024
    counted = f"{rows - bad:,}" in output and f"{bad:,} rejected" in output
    return Report(
        name="import",
        protocol=(
            f"{rows:,} made-up ratings of {USERS:,} users and {ITEMS:,} items (seed {seed}), every"
            f" {BAD_EVERY}th row broken, as a MovieLens folder of {size / 2**20:.0f} MiB, imported"
            " by `tastemaker catalog import` in a process of its own; wall time and peak resident"
            " memory as the operating system counts them; one run."
        ),
        environment=environment(),
        rows=[
            {
                "figure": "import",
                "rows": rows,
                "rejected": bad,
                "seconds": round(seconds, 1),
                "rows a second": round(rows / seconds),
                "peak memory, MiB": round(peak),
                "target": f"peak < {MEMORY_MIB} MiB, every row counted",
                "ok": status == 0 and counted and peak < MEMORY_MIB,
            }
        ],
    )


def _write(source: Path, rows: int, seed: int, progress: Progress) -> int:
    chance = random.Random(seed)
    with (source / "movies.csv").open("w") as items:
        items.write("movieId,title,genres\n")
        items.writelines(f"{n},Film {n} ({1950 + n % 70}),Comedy|Drama\n" for n in range(1, ITEMS))
    bad = 0
    with (source / "ratings.csv").open("w") as ratings:
        ratings.write("userId,movieId,rating,timestamp\n")
        for n in range(rows):
            broken = n % BAD_EVERY == BAD_EVERY - 1
            bad += broken
            value = "x" if broken else f"{chance.randrange(1, 11) / 2}"
            user, item = chance.randrange(1, USERS), chance.randrange(1, ITEMS)
            ratings.write(f"{user},{item},{value},{1_000_000_000 + n}\n")
            if n % 100_000 == 0:
                progress("writing rows", n, rows)
    progress("writing rows", rows, rows)
    return bad
