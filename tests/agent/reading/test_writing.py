import pytest
from hypothesis import given
from hypothesis import strategies as st
from tastemaker.agent.reading.text import fold
from tastemaker.agent.reading.writing import asked_channel


@pytest.mark.parametrize(
    ("message", "channel"),
    [
        ("write me a two-line invitation", "invitation"),
        ("Write an invitation for the first one", "invitation"),
        ("draft a push message about the second", "push"),
        ("compose an e-mail to my friend about it", "email"),
        ("can you write a newsletter for that?", "email"),
        ("write a short text message about Alien", "sms"),
        ("make me an Instagram post", "meta"),
        ("write a google ad for it", "google_performance_max"),
        ("write a product description", "product_page"),
        ("give me two lines about it", "invitation"),
        ("write me something funny from the 90s", ""),
        ("a film about a writer", ""),
        ("who wrote it?", ""),
        ("I need a film with short lines", ""),
        ("something with an invitation to a party", ""),
        ("make it shorter", ""),
        ("write a poem", ""),
    ],
)
def test_only_plain_requests_for_a_text_are_read(message: str, channel: str):
    assert asked_channel(fold(message)) == channel


@given(st.text(max_size=100))
def test_any_text_can_be_asked(text: str):
    assert isinstance(asked_channel(text), str)
