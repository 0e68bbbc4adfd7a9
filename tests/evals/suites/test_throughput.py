"""What the harness itself costs: an agent that answers at once is asked as fast as it can be."""

import time

from tastemaker.evals.suites.running import run_suites
from tastemaker.evals.suites.suite import Options

TURNS_A_SECOND = 20
"""At least, on two cores, from the start of the run to its last record."""
AGENT = """
def answer(messages, user):
    n = len(messages) * 7
    return {"text": "Here you are.", "items": [f"m{(n + k) % 160:03d}" for k in range(5)]}
"""


def test_the_harness_keeps_up_with_an_instant_agent(made, module, tmp_path):
    options = Options(agent=f"{module(AGENT)}:answer", catalog=str(made.folder))
    rates = []
    for attempt in range(3):  # the first one imports inspect, and other jobs may have the cores
        began = time.perf_counter()
        found, _ = run_suites(["dialogue"], options, tmp_path / str(attempt))
        turns = sum(one.turns for one in found.cases)
        rates.append(turns / (time.perf_counter() - began))
        assert turns > 150 and not any(one.error for one in found.cases)
        if rates[-1] >= TURNS_A_SECOND:
            break
    assert max(rates) >= TURNS_A_SECOND, f"{rates} turns a second"
