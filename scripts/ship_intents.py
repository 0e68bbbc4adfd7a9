"""Fit the intent classifier to the written messages, into weights/: `make weights`."""

from tastemaker.agent.reading.intent_classifier import WEIGHTS
from tastemaker.teaching.intents import fit_intents
from tastemaker.teaching.messages import UNMARKED, read_messages

share = fit_intents([*read_messages(), *read_messages(UNMARKED)], WEIGHTS)
print(f"{share:.1%} of the messages that it was fitted to are right")
