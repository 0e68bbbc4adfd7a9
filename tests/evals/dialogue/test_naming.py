import time
from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tastemaker.evals.dialogue.naming import Names, names_of

TITLES = [
    "Alien", "Aliens", "The Matrix", "Star Wars: Episode IV - A New Hope", "Stand by Me",
    "2001: A Space Odyssey", "M", "Help!", "The Help", "Seven (a.k.a. Se7en)", "Brother (1997)",
    "Face/Off", "Who Framed Roger Rabbit?", "Ōoku – The Inner Chambers", "!!!", "Sabrina",
    "Sabrina", "An Education", "¿Qué hacemos?", "千と千尋の神隠し", "Mask", "The Mask",
]  # fmt: skip
YEARS = [1979, 1986, 1999, 1977, 1986, 1968, 1931, 1965, 2011, 1995, 1997, 1997, 1988, 2023, 2022,
         1954, 1995, 2009, None, 2001, 1988, 1994]  # fmt: skip
IDS = [f"i{n}" for n in range(len(TITLES))]
NAMES = Names(IDS, TITLES, range(len(TITLES)), YEARS)
MARKS = ("1. ", "12) ", "- ", "* ", "• ", "  3. ", "\t- ")
ENDS = ("", ":", ": why not", " - why: who knows", " – “quoted: words”", " — a film", " | 8 of 10",
        " by Somebody Else", ". ")  # fmt: skip
FORMS = ("{}", "**{}**", "*{}*", "“{}”", '"{}"', "__{}__")


def known(text: str) -> list[str]:
    found, strange = NAMES.named(text)
    assert not strange
    return [TITLES[IDS.index(one)] for one in found]


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("form", FORMS)
def test_a_listed_title_is_found(mark, form):
    for title, end in product(TITLES, ENDS):
        assert known(f"Here:\n{mark}{form.format(title)}{end}\nOr not?") == [title]
        year = YEARS[TITLES.index(title)]
        if year and not title.endswith(")"):
            assert known(f"{mark}{form.format(f'{title} ({year})')}{end}") == [title]
            assert known(f"{mark}{form.format(title)} ({year}){end}") == [title]


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("- Matrix (1999): a film", "The Matrix"),
        ("- Education", "An Education"),
        ("- brother", "Brother (1997)"),
        ("- STAR WARS: EPISODE IV - A NEW HOPE: where it began", TITLES[3]),
        ("- Alien (1979) is a film about a cat", "Alien"),
        ("- Alien (1979, Ridley Scott)", "Alien"),
        ("- Stand by Me by Rob Reiner", "Stand by Me"),
        ("- Face Off", "Face/Off"),
        ("- Mask: with Cher", "Mask"),
        ("- The Mask: with Jim Carrey", "The Mask"),
        ("- Help!", "Help!"),
        ("- The Help", "The Help"),
    ],
)  # fmt: skip
def test_near_forms_of_a_title(line, title):
    assert known(line) == [title]


def test_of_equal_titles_the_year_tells_else_the_best_known_is_meant():
    early, late = (IDS[n] for n, title in enumerate(TITLES) if title == "Sabrina")
    assert NAMES.named("1. Sabrina (1954): Hepburn") == ([early], [])
    assert NAMES.named("1. **Sabrina** (1954): Hepburn") == ([early], [])
    assert NAMES.named("1. Sabrina (1995)") == ([late], [])
    assert NAMES.named("1. Sabrina") == ([late], [])
    assert NAMES.named("1. Sabrina (2024)") == ([late], [])


@pytest.mark.parametrize(
    ("text", "strange"),
    [
        ("1. The Phantom of Nowhere (2087): you will love it.", ["The Phantom of Nowhere (2087)"]),
        ("- **Nosuch** – a film\n- **Alien** – a film", ["Nosuch"]),
        ("You may like **Nosuch (2001)** or **Alien**.", ["Nosuch (2001)"]),
        ("1. Nosuch by Nobody", ["Nosuch"]),
        ("1. Nosuch (2001) is a film", ["Nosuch (2001)"]),
    ],
)
def test_names_that_are_no_title_are_reported(text, strange):
    assert NAMES.named(text)[1] == strange


@pytest.mark.parametrize(
    "text",
    [
        "You will love The Phantom of Nowhere (2087): it won nine Oscars.",
        "I like Nosuch - truly. Nosuch by Nobody is 1. of 2 films.",
        "What do you want: 1990s or 2000s?",
        "1. Which genre do you like?\n2. How long may it be?",
        "- " + "a word of a long line that is no name " * 5,
    ],
)
def test_running_text_and_questions_are_not_taken_for_names(text):
    assert NAMES.named(text) == ([], [])


def test_what_stands_below_an_item_says_more_of_it():
    text = """
    1. **Alien** (1979)
       - Director: Ridley Scott
       - Running time: 117 minutes
    2. **Aliens** (1986)
       - Director: James Cameron
    """
    assert known(text) == ["Alien", "Aliens"]
    assert known("1. Alien\n- Director: Ridley Scott\n2. Aliens\n- Why: more of them") == [
        "Alien",
        "Aliens",
    ]
    assert known("- Alien\n  - scary\n- Aliens\n  - louder") == ["Alien", "Aliens"]


def test_an_item_that_is_named_twice_is_one():
    assert known("1. Alien: good\n2. Aliens: louder\n3. Alien: again") == ["Alien", "Aliens"]


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_list_of_real_titles_gives_these_in_order(films, data):
    names = names_of(films)
    chosen = data.draw(st.lists(st.sampled_from(films.item_ids), min_size=1, unique=True))
    form, end = data.draw(st.sampled_from(FORMS)), data.draw(st.sampled_from(ENDS))
    numbered = data.draw(st.booleans())
    dated = data.draw(st.booleans())
    lines = []
    for rank, item in enumerate(map(films.item, chosen), 1):
        year = item.attributes.get("year")
        title = f"{item.title} ({year:.0f})" if dated and year else item.title
        lines.append(f"{f'{rank}.' if numbered else '-'} {form.format(title)}{end}")
    assert names.named("Here they are:\n\n" + "\n".join(lines) + "\n\nWell?") == (chosen, [])


@settings(max_examples=300, deadline=None)
@given(st.text() | st.text(alphabet="*-–—•1.)(: \n\tby|\"'“”?M_"))
@example("1. ")
@example("****")
@example("- ()")
def test_any_text_can_be_read(text):
    found, strange = NAMES.named(text)
    assert set(found) <= set(IDS)
    assert all(strange)


@pytest.mark.parametrize("text", ["\n", " ", "- ", "**", "a: ", "1. a\n", "(1999) ", "- a - "])
def test_long_texts_are_read_at_once(text):
    began = time.perf_counter()
    NAMES.named("1. " + text * 20_000)
    NAMES.named(text * 20_000)
    assert time.perf_counter() - began < 3
