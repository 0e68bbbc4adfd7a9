"""The task of reading: one message to its marks (`agent.reading.marks`)."""

import json
import random
from collections.abc import Sequence

from ..agent.reading.marks import marks_prompt
from .augmentation import Pools, pools_of, varied
from .lora import Example
from .messages import Message


def example_of(message: Message) -> Example:
    """A message as it is asked and answered."""
    prompt = marks_prompt(message.noun, message.text, taught=True)
    said = {"marks": message.signed(), "intent": message.intent}
    answer = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return Example(task="read", messages=tuple(prompt.messages), answer=answer)


def reading_examples(
    messages: Sequence[Message], count: int, seed: int = 0, more: dict[str, Pools] | None = None
) -> list[Example]:
    """Examples made of written messages, each message about equally often.

    Args:
        more: noun -> words that catalogues of such items use, beside those of the messages.
    """
    draw = random.Random(seed)
    pools = pools_of(messages)
    for noun, words in (more or {}).items():
        own = pools.get(noun, {})
        pools[noun] = {kind: [*own.get(kind, ()), *words[kind]] for kind in words}
    order: list[Message] = []
    while len(order) < count:
        order += draw.sample(messages, len(messages))
    return [example_of(varied(one, messages, pools, draw)) for one in order[:count]]
