"""What the chat page shows: nothing that others wrote is ever more than text."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tastemaker.agent.chats import Person, Thread, Turn
from tastemaker.agent.web.paintings import address_of
from tastemaker.agent.web.ui.answer import Answer, Card, Painting
from tastemaker.agent.web.ui.rendering import people, rail, shell, turn_parts, welcome
from tastemaker.agent.web.ui.templates import prose

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "[a](javascript:alert(1))",
    "</textarea></details><svg/onload=alert(1)>",
    "${alert(1)} {{value}} `",
    "&lt;b&gt; &amp;#x22;",
    "\u202e\x00<b>",
]
TEXTS = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40))
TAGS = {
    "a", "article", "button", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "h2",
    "h3", "img", "li", "ol", "p", "progress", "span", "summary", "sup", "svg", "ul", "use",
}  # fmt: skip
ANN = Person(name="ann", user="ann")


class Seen(HTMLParser):
    """The tags, attributes and words of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        """Note a tag."""
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data):
        """Note words."""
        self.words += data


def harmless(html: str) -> Seen:
    seen = Seen(html)
    assert seen.tags <= TAGS
    for name, value in seen.attributes:
        assert not name.startswith("on")
        if name in ("src", "href", "data-src"):
            assert value.startswith(("/v1/items/", "/v1/paintings/", "/ui/threads/", "#icon-"))
    return seen


def rendered(text: str, answer: Answer) -> str:
    turn = Turn(
        id=text or "t", thread=text or "t", message=text, picture="0" * 32, at=0.0, status="done"
    )
    return "".join(html for _, html in turn_parts(turn, answer, {}, ANN))


@given(TEXTS)
def test_whatever_is_said_stays_text(text):
    item = {
        "item_id": text, "title": text, "rank": 1, "why": text,
        "facts": [{"number": 1, "item_id": text, "text": text, "source": text}],
    }  # fmt: skip
    answer = Answer(
        pieces=[text, Card(item, f"{text} (1999)")], thought=text, facts=item["facts"],
        paintings=[Painting(text, text, address_of(text))], seconds=1.0,
    )  # fmt: skip
    harmless(rendered(text, answer))
    harmless(rendered(text, Answer(stage=text, done=(1, 2))))


@pytest.mark.parametrize("text", [one for one in HOSTILE if "\x00" not in one])
def test_what_is_said_is_still_to_be_read(text):
    assert text in harmless(rendered(text, Answer(pieces=[text]))).words


def test_what_names_a_turn_cannot_leave_its_place():
    turn = Turn(
        id='../../x"', thread="a/b?c#d", message="", picture="0" * 32, at=0.0, status="done"
    )
    (_, said), *_ = turn_parts(turn, Answer(), {}, Person(name="a&b", user="a&b"))
    (address,) = [value for name, value in Seen(said).attributes if name == "src"]
    assert address == "/ui/threads/a%2Fb%3Fc%23d/turns/..%2F..%2Fx%22/picture?user=a%26b"


@pytest.mark.parametrize("text", HOSTILE)
def test_lists_hold_only_text(films, text):
    odd = films.manifest.model_copy(update={"title": text, "licence": text, "item_noun": text})
    shown = type("Odd", (), {"manifest": odd, "interactions": films.interactions,
                             "item": films.item})()  # fmt: skip
    thread = Thread(id=text, title=text, catalog="films", created=0.0, updated=0.0)
    person = Person(name=text, user=text)
    for html in (rail(shown, person, [thread], text), people(shown, person), welcome(shown)):
        assert "<script" not in html and "<img" not in html
        assert not [name for name, _ in Seen(html).attributes if name.startswith("on")]


def test_the_shell_holds_nothing_that_its_template_engines_would_run():
    assert not [mark for mark in ("{{", "${", "`", "\\") if mark in shell()]


def test_prose_shows_lists_notes_and_numbers_of_facts():
    text = "Two films: [1][12]\n- Year: 1995 / 1994\n- Genre: Comedy (the same)\n(A note.)"
    html = str(prose(text))
    assert "<sup>1, 12</sup>" in html and "[1]" not in html
    assert "<dt>Year</dt><dd>1995</dd><dd>1994</dd>" in html
    assert '<p class="note">A note.</p>' in html


@pytest.mark.parametrize(("verdict", "pressed"), [("liked", "true"), ("", "false")])
def test_what_was_pressed_stays_pressed(verdict, pressed):
    item = {"item_id": "7", "title": "Alien", "rank": 1, "why": "Why.", "facts": []}
    turn = Turn(id="t", thread="t", message="hm", at=0.0, status="done")
    parts = turn_parts(turn, Answer(pieces=[Card(item, "Alien (1979)")]), {"7": verdict}, ANN)
    assert f'data-verdict="liked" aria-pressed="{pressed}"' in parts[1][1]
    assert 'data-verdict="disliked" aria-pressed="false"' in parts[1][1]
