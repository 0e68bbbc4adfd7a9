import pytest
from hypothesis import given
from hypothesis import strategies as st
from tastemaker.agent.reading.spelling import spell_out
from tastemaker.agent.reading.text import clean, content_words, fold, folded_offsets, tokenize


@pytest.mark.parametrize(
    ("written", "cleaned"),
    [
        ("  a\t\nb  ", "a b"),
        ("a\x00b\x1bc", "abc"),
        ("\u202eabc\u202c \u200fdef", "abc def"),
        ("\ud800x\udfff", "x"),
        ("שלום", "שלום"),
        ("a\u200db", "a b"),
        ("one\ufffctwo", "one two"),
        ("", ""),
    ],
)
def test_clean(written, cleaned):
    assert clean(written) == cleaned


@pytest.mark.parametrize(
    ("written", "folded"),
    [("Amélie", "amelie"), ("Don’t", "don't"), ("STRASSE ß", "strasse ss"), ("ﬁlm", "film")],
)
def test_fold(written, folded):
    assert fold(written) == folded


@given(st.text())
def test_offsets_lead_back_to_the_message(text):
    text = clean(text)
    folded, offsets = fold(text), folded_offsets(text)
    assert len(folded) == len(offsets)
    assert all(fold(text[place]).find(folded[i]) >= 0 for i, place in enumerate(offsets))


def test_tokens_stand_where_they_say():
    text = "no horror, but 12 angry men's $5.50"
    tokens = tokenize(text)
    assert [text[t.start : t.end] for t in tokens] == [t.text for t in tokens]
    assert [t.text for t in tokens][4:] == ["angry", "men's", "$", "5.50"][0:4]
    assert tokens[1].clause < tokens[3].clause


@pytest.mark.parametrize(
    ("written", "spelled"),
    [
        ("two hours", "120 minutes"),
        ("1h30", "90 minutes"),
        ("1h 30m", "90 minutes"),
        ("1 hour and 30 minutes", "90 minutes"),
        ("2.5 hours", "150 minutes"),
        ("2+ hours", "120+ minutes"),
        ("half an hour", "30 minutes"),
        ("an hour and a half", "90 minutes"),
        ("two and a half hours", "150 minutes"),
        ("ninety five minutes", "95 minutes"),
        ("a hundred and twenty minutes", "120 minutes"),
        ("a couple of hours", "120 minutes"),
        ("the nineties", "the 90s"),
        ("from '94", "from 1994"),
        ("nineteenth century", "19th century"),
        ("the second one", "the second one"),
        ("one film", "one film"),
    ],
)
def test_spell_out(written, spelled):
    assert spell_out(written) == spelled


def test_content_words_carry_a_wish():
    assert content_words(tokenize("please show me something with a lighthouse in 1999")) == [
        "lighthouse"
    ]
