import pytest
from hypothesis import given
from hypothesis import strategies as st
from tastemaker.agent.reading.illustrating import AskedPicture, asked_picture


@pytest.mark.parametrize(
    ("message", "format", "style", "subject"),
    [
        ("make me a poster for it in watercolour", "portrait", "watercolour", ""),
        ("paint it", "square", "", ""),
        ("draw me a picture of jaws as pixel art", "square", "pixel art", ""),
        ("ok, could you make a banner for the second one, in neon?", "landscape", "neon", ""),
        ("design an instagram story for it", "story", "", ""),
        (
            "create a picture showing a dinosaur in paper cut style",
            "square",
            "paper cut",
            "dinosaur",
        ),
        ("please paint that in oils.", "square", "oils", ""),
        ("create a thumbnail for the fugitive", "thumbnail", "", ""),
    ],
)
def test_a_picture_that_is_asked_for(message: str, format: str, style: str, subject: str):
    assert asked_picture(message) == AskedPicture(format=format, style=style, subject=subject)


@pytest.mark.parametrize(
    "message",
    [
        "a film about painting", "give me a painting with horses", "i want a picture like this",
        "make it a comedy", "make me laugh", "something like a picture book", "draw",
        "a film about how to draw pictures", "show me paintings", "what do its pictures look like",
    ],
)  # fmt: skip
def test_what_only_speaks_of_pictures(message: str):
    assert asked_picture(message) is None


@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str):
    found = asked_picture(text)
    assert found is None or (len(found.style) <= 60 and len(found.subject) <= 60)
