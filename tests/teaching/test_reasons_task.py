import json
import re

from tastemaker.generation.text.verify import split_sentences, supported
from tastemaker.teaching.reasons_task import COPY_CHARS, read_written, reason_examples

EXAMPLES = reason_examples(read_written())


def test_every_task_is_taught():
    assert {one.task for one in EXAMPLES} == {"reason", "respond", "answer", "copy", "follow_up"}
    assert len(EXAMPLES) > 1_500


def test_what_is_cited_stands_in_the_prompt_and_supports_the_sentence():
    for one in EXAMPLES:
        if one.task not in ("respond", "answer"):
            continue
        facts = dict(re.findall(r'\[(\d+)\] ("(?:[^"\\]|\\.)*")', one.messages[1]["content"]))
        titles = re.findall(r'[A-Z]\. ("(?:[^"\\]|\\.)*"):', one.messages[1]["content"])
        for text in json.loads(one.answer).values():
            for sentence in split_sentences(text):
                cited = re.findall(r"\[(\d+)\]", sentence)
                assert cited and set(cited) <= set(facts), sentence
                if one.task == "respond" and max(map(len, facts.values())) < 160:
                    ground = [json.loads(facts[n]) for n in cited]
                    noun = one.messages[0]["content"].split("why each ")[1].split(" fits")[0]
                    assert supported(sentence, [*ground, *map(json.loads, titles), noun]), sentence


def test_copy_keeps_its_length():
    texts = [json.loads(one.answer)["copy"] for one in EXAMPLES if one.task == "copy"]
    assert max(map(len, texts)) <= COPY_CHARS + 5


def test_candidates_stand_in_another_order_on_each_pass():
    one, two = reason_examples(read_written()[:40]), reason_examples(read_written()[:40], seed=1)
    assert [e.messages for e in one if e.task == "reason"] != [
        e.messages for e in two if e.task == "reason"
    ]
