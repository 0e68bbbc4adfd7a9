"""`/image FILE` as people type it: which part is the file, which the message."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tastemaker.agent.conversation import _image_command
from tastemaker.errors import BadInputError


@pytest.mark.parametrize(
    ("line", "file", "message"),
    [
        ("/image a.png", "a.png", ""),
        ("/image a.png something like this", "a.png", "something like this"),
        ("  /image   a.png    but  blue  ", "a.png", "but  blue"),
        ('/image "my photo.png"', "my photo.png", ""),
        ('/image "my photo.png" something like this', "my photo.png", "something like this"),
        ("/image 'my photo.png' like \"this\"", "my photo.png", 'like "this"'),
        ("/image 'bob's photo.png' like this", "bob's photo.png", "like this"),
        ("/image bob's.png like this", "bob's.png", "like this"),
        ("/image ~/a.png like 'this'", "~/a.png", "like 'this'"),
        ('/image "a.png" like "this"', "a.png", 'like "this"'),
        ('/image "a.png', '"a.png', ""),
        ("/image /image x", "/image", "x"),
        ("/image https://example.com/a.png?b=c like this", "https://example.com/a.png?b=c",
         "like this"),
    ],
)  # fmt: skip
def test_the_file_and_the_message_are_told_apart(line: str, file: str, message: str):
    assert _image_command(line) == (file, message)


@pytest.mark.parametrize("line", ["/image", "/image ", "  /image \t"])
def test_without_a_file_it_says_how_it_is_written(line: str):
    with pytest.raises(BadInputError, match=r"/image photo\.jpg something like this"):
        _image_command(line)


NAMES = st.text(
    st.characters(blacklist_characters="\"'\n\r", blacklist_categories=["C", "Z"]), min_size=1
)
MESSAGES = st.lists(NAMES, max_size=4).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(NAMES, st.lists(NAMES, min_size=1, max_size=3), MESSAGES, st.sampled_from("\"'"))
def test_any_file_and_message_come_back(word: str, words: list[str], message: str, quote: str):
    assert _image_command(f"/image {word} {message}") == (word, message)
    file = " ".join(words)
    assert _image_command(f"/image {quote}{file}{quote} {message}") == (file, message)


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(blacklist_categories=["Cs"]), max_size=60))
def test_any_line_is_read(rest: str):
    try:
        file, message = _image_command(f"/image {rest}")
    except BadInputError:
        assert not rest.strip()
    else:
        assert file and file in rest and message in rest
