import time

import pytest
from tastemaker.agent.reading.negation import refused

REFUSED = {
    "no horror or war or gore, comedy": "horror war gore",
    "horror and war are out, comedy": "horror war",
    "comedy, and horror is out": "horror",
    "keep the horror away, comedy": "horror",
    "comedy to keep the war off": "",
    "comedy, horror can stay away": "horror",
    "a sub-zero war": "",
    "nothing with horror, comedy": "horror",
    "is there nothing with horror, comedy?": "",
    "is there no comedy about war?": "",
    "so there is no horror rated 3.5 about war?": "",
    "isn't there any horror?": "",
    "why isn't there any horror?": "",
    "do you have no horror about war?": "",
    "haven't you got any horror?": "",
    "make sure there is no horror": "horror",
    "is there a comedy without horror?": "horror",
    "is there no gore in it?": "gore",
    "it need not be about war": "",
}
WORDS = ("horror", "war", "gore", "comedy")


@pytest.mark.parametrize(("text", "words"), REFUSED.items())
def test_what_is_refused(text, words):
    places = sorted(
        (text.find(word), text.find(word) + len(word)) for word in WORDS if word in text
    )
    found = zip(places, refused(text, places), strict=True)
    assert [text[slice(*place)] for place, no in found if no] == words.split()


def test_small_words_without_end_cost_no_time():
    began = time.thread_time()
    refused("no " + "that is " * 400 + "x", [(3203, 3204)])
    assert time.thread_time() - began < 1
