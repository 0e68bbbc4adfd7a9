from hypothesis import given
from hypothesis import strategies as st
from tastemaker.generation.image.looks import Look, caption


def test_a_caption_tells_the_whole_look():
    look = Look(style="neon", ground="navy", grade="muted", composition="close-up")
    assert caption("fox", look) == "fox, neon, close-up, muted colours, on navy"


def test_a_pattern_is_told_first():
    assert caption("fox", Look(style="ink drawing", composition="pattern")) == (
        "pattern of fox, ink drawing"
    )


words = st.sampled_from(["a", "b", "c"])


@given(words, words, st.none() | words, st.none() | words)
def test_two_looks_have_two_captions(subject: str, style: str, ground: str, grade: str):
    one = Look(style=style, ground=ground, grade=grade)
    for change in ({"style": "d"}, {"ground": "d"}, {"grade": "d"}, {"composition": "small"}):
        assert caption(subject, one) != caption(subject, one.model_copy(update=change))
