"""A language model chooses what is drawn, among the subjects that were found for an item.

Only a model that can choose is asked (`llm.chooses_tools`); held by a grammar to the options, it
cannot name anything that the generator does not know.
"""

from langchain_core.language_models import BaseChatModel

from ...catalog.records import Item
from ...prompts import render
from ...serving.calls import LLMUnavailable, LLMUnusable, complete_json
from .subjects import ChooseSubject, Subject

TOKENS = 40


def chooser(model: BaseChatModel, noun: str) -> ChooseSubject:
    """A `ChooseSubject` by a model; where it is away or babbles, the first option is taken.

    `noun`: what an item is called.
    """

    def choose(item: Item, offered: list[Subject], liked: list[str]) -> str:
        options = [one.name for one in offered]
        prompt = render(
            "illustrate", noun=noun, title=item.title, text=item.text, liked=liked, options=options
        )
        schema = {
            "type": "object",
            "properties": {"subject": {"enum": options}},
            "required": ["subject"],
            "additionalProperties": False,
        }
        try:
            answer, _ = complete_json(model, prompt.messages, schema, max_tokens=TOKENS)
        except (LLMUnavailable, LLMUnusable):
            return options[0]
        return answer["subject"]

    return choose
