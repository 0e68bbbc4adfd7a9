"""A run of the dialogues in a process of its own: `one_run.py CATALOG OUT AGENT LIMIT [resume]`.

Prints how many cases are done whenever that changes.
"""

import sys
from pathlib import Path

from tastemaker.evals.suites.running import run_suites
from tastemaker.evals.suites.suite import Options

if __name__ == "__main__":
    catalog, out, agent, limit, *more = sys.argv[1:]
    options = Options(agent=agent, catalog=catalog, limit=int(limit))

    def told(what: str, done: int, total: int | None) -> None:
        print(done, flush=True)

    run_suites(["dialogue"], options, Path(out), resume="resume" in more, progress=told)
