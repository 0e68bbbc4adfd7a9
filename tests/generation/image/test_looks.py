from hypothesis import given
from hypothesis import strategies as st
from tastemaker.generation.image.looks import Look, caption


def test_a_caption_tells_the_whole_look():
    assert caption("fox", Look(style="neon", ground="navy")) == "fox, neon, on navy"
    assert caption("fox", Look(style="neon")) == "fox, neon"


def test_a_pattern_is_told_first():
    look = Look(style="ink drawing", ground="red", pattern=True)
    assert caption("fox", look) == "pattern of fox, ink drawing, on red"


words = st.sampled_from(["a", "b", "c"])


@given(words, words, st.none() | words)
def test_two_looks_have_two_captions(subject: str, style: str, ground: str):
    one = Look(style=style, ground=ground)
    for change in ({"style": "d"}, {"ground": "d"}, {"pattern": True}):
        assert caption(subject, one) != caption(subject, one.model_copy(update=change))
