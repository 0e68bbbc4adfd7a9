"""Hold a real conversation and keep it: docs/conversation.md and the README's picture, unpolished.

Run with `make transcript`.
"""

import io
from pathlib import Path

from langgraph.store.memory import InMemoryStore
from rich.console import Console
from tastemaker.agent.agent import new_thread, open_agent
from tastemaker.catalog.store import resolve_catalog
from tastemaker.settings import load_settings
from tastemaker.terminal import TurnView

USER = "7"
TURNS = [
    "hi, what can you do?",
    "something funny from the 90s, no horror",
    "shorter than 100 minutes",
    "more like the second one",
    "why that one?",
    "is it too long for tonight?",
    "write me a two-line invitation",
    "not that, I've seen it",
    "actually, make it sad",
    "a movei by quentin tarantno maybe?",
    "compare the first two",
    "what's the weather tomorrow?",
]
DOCS = Path(__file__).parent.parent / "docs"
_HEAD = """# A real conversation on the embedded default

The machine's own words, not polished: `make transcript` holds it and writes this file. The model is
tastemaker-135m (SmolLM2-135M-Instruct and our adapter) behind vLLM on a CPU; the catalogue is
`movies`; the person is user {user} of MovieLens. Below each answer: seconds, LLM calls and tokens,
the thought.
"""


def main() -> None:
    """Hold the conversation and write both files."""
    settings = load_settings()
    agent = open_agent(settings, resolve_catalog("movies"))
    agent.resources.recommender.encoder.warm_up()
    agent.resources.store = InMemoryStore()  # earlier conversations of this person stay out of it
    thread = new_thread()
    text = [_HEAD.format(user=USER)]
    picture = Console(record=True, width=108, file=io.StringIO(), highlight=False)
    for number, message in enumerate(TURNS, 1):
        view = TurnView(picture if 2 <= number <= 5 else Console(file=io.StringIO()))
        if 2 <= number <= 5:
            picture.print(f"[bold cyan]you:[/bold cyan] {message}")
        turn: dict = {}
        for turn in agent.turn(message, thread=thread, user=USER):
            view.show(turn)
        if 2 <= number <= 5:
            picture.print()
        usage, seconds = turn["usage"], turn["seconds"]
        cost = (
            f"{seconds['total']:.1f} s, first words after {seconds['first_token']:.2f} s,"
            f" {usage['llm_calls']} LLM calls,"
            f" {usage['prompt_tokens'] + usage['completion_tokens']} tokens"
        )
        text.append(f"\n**{number}. You:** {message}\n\n{turn['reply']}\n")
        text.append(f"\n<sub>{cost}. Thought: {turn['thought'] or 'none needed'}</sub>\n")
    agent.close()
    weak = DOCS / "weak-points.md"
    text.append("\n" + weak.read_text() if weak.exists() else "")
    (DOCS / "conversation.md").write_text("".join(text))
    picture.save_svg(str(DOCS / "chat.svg"), title="tastemaker chat --user 7")


if __name__ == "__main__":
    main()
