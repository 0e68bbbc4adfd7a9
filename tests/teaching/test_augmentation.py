import random

from hypothesis import given, settings
from hypothesis import strategies as st
from tastemaker.agent.reading.marks import KINDS
from tastemaker.teaching.augmentation import pools_of, varied, vocabulary_pool
from tastemaker.teaching.messages import read_messages

MESSAGES = read_messages()
POOLS = pools_of(MESSAGES)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**6))
def test_every_mark_of_a_varied_message_stands_in_it(seed):
    draw = random.Random(seed)
    message = draw.choice(MESSAGES)
    other = varied(message, MESSAGES, POOLS, draw)
    assert other.intent == message.intent and other.text.strip()
    marks = other.marks()
    for kind in KINDS:
        assert all(mark in other.text for mark in getattr(marks, kind))


def test_the_same_seed_gives_the_same_message():
    one, two = (varied(MESSAGES[7], MESSAGES, POOLS, random.Random(3)) for _ in range(2))
    assert one == two


def test_most_messages_change():
    draw = random.Random(0)
    changed = sum(varied(m, MESSAGES, POOLS, draw).text != m.text for m in MESSAGES[:300])
    assert changed > 150


def test_the_words_of_a_catalogue_are_its_values(films):
    words = vocabulary_pool(films.manifest)
    assert "Comedy" in words and "scary" in words
