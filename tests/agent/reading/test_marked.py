import pytest
from tastemaker.agent.reading.marked import read_marked
from tastemaker.agent.reading.marks import Marks
from tastemaker.agent.reading.meanings import Meanings
from tastemaker.recommender.hashing_encoder import HashingEncoder


@pytest.fixture(scope="module")
def read(film_reader, films, shown):
    """`read(message, intent, **marks)`: the reading of the marks."""
    meanings = Meanings(films, HashingEncoder())  # type: ignore[arg-type]

    def read(message, intent="recommend", focus=None, **marks):
        found = Marks(intent=intent, **marks)
        return read_marked(film_reader, meanings, message, found, shown, focus or shown[0])

    return read


@pytest.mark.parametrize(
    ("message", "marks", "said"),
    [
        ("a comedy please", {"want": ["comedy"]}, "genres=Comedy"),
        ("im done with comedy", {"avoid": ["comedy"]}, "genres!=Comedy"),
        ("somethin funy", {"want": ["funy"]}, "~funy"),
        ("under two hours", {"limits": ["under two hours"]}, "runtime<120"),
        ("from the 90s", {"limits": ["90s"]}, "year<=1999, year>=1990"),
        ("he won't sit through anything over 2 hours",
         {"limits": ["won't sit through anything over 2 hours"]}, "runtime<=120"),
        ("she turns 80 next week, a drama", {"want": ["drama"]}, "genres=Drama"),
        ("forget the year", {"drop": ["the year"]}, "-year"),
        ("ok horror is fine", {"drop": ["horror"]}, "-Horror"),
        ("something with lighthouses", {"want": ["lighthouses"]}, "?lighthouses"),
        ("by Mann", {"want": ["Mann"]}, "director=Michael Mann"),
        ("no drama or horror", {"avoid": ["drama"], "want": ["horror"]},
         "genres!=Drama, genres!=Horror"),
        ("hold the horror", {"want": ["horror"]}, "genres!=Horror"),
        ("it needn't be a comedy", {"avoid": ["comedy"]}, "-Comedy"),
        ("it need not be about space", {"avoid": ["space"]}, "-space"),
        ("it need not be from the 90s", {"limits": ["from the 90s"]}, "-year"),
        ("at least 4 stars instead of at least 3.5 stars",
         {"limits": ["at least 4 stars", "at least 3.5 stars"]}, "-rating, rating>=4"),
        ("is there nothing in French, from the 90s?",
         {"avoid": ["French"], "limits": ["90s"]}, "language=French, year<=1999, year>=1990"),
        ("I loved Heat, the one from the 90s. A comedy please",
         {"liked": ["Heat"], "limits": ["from the 90s"], "want": ["comedy"]}, "genres=Comedy"),
        ("unedr two hours", {"limits": ["unedr two hours"]}, "runtime<120"),
        ("something short, 80 minutes max", {"limits": ["short", "80 minutes max"]}, "runtime<=80"),
        ("comedies", {"want": ["comed"]}, "genres=Comedy"),
    ],
)  # fmt: skip
def test_marks_mean_what_the_catalogue_says(read, asked, message, marks, said):
    assert asked(read(message, **marks)) == said


def test_a_comparison_with_a_shown_item_takes_its_number(read, films, shown, asked):
    reading = read("older than the second one", limits=["older than the second one"])
    year = films.item(shown[1]).attributes["year"]
    assert asked(reading) == f"year<{year:g}" and reading.references == [shown[1]]


def test_a_comparison_goes_on_after_its_mark(read, films, shown):
    reading = read("can it be longer than the third one please", limits=["longer"])
    (limit,) = reading.constraints
    assert limit.bound == films.item(shown[2]).attributes["runtime"] and limit.side == "lower"
    assert reading.references == [shown[2]]


def test_a_mark_is_whole_words(read, asked):
    assert asked(read("warm and war", want=["war"])) == "genres=War"


def test_a_maker_marked_as_an_item_is_a_wish(read, asked):
    assert asked(read("anything by Kurosawa", items=["Kurosawa"])) == "director=Akira Kurosawa"


def test_a_vague_amount_is_a_part_of_the_catalogue(read, films, asked):
    (short,) = read("something short", limits=["short"]).constraints
    known = films.items["runtime"].drop_nulls()
    assert short.operator == "at_most"
    assert 0.3 < (known <= short.bound).mean() < 0.5
    (long,) = read("nothing too short", limits=["nothing too short"]).constraints
    assert long.operator == "at_least"


def test_a_verdict_alone_is_feedback_and_with_a_wish_it_is_not(read, shown):
    alone = read("seen the first", "recommend", seen=["the first"])
    assert alone.intent == "feedback" and alone.seen == [shown[0]]
    both = read("seen the first, a comedy", "feedback", seen=["the first"], want=["comedy"])
    assert both.intent == "recommend" and both.seen == [shown[0]]


@pytest.mark.parametrize(
    ("intent", "marks", "places"),
    [
        ("explain", {}, [0]),
        ("compare", {}, [0, 1, 2, 3, 4]),
        ("rank", {"items": ["the first two"]}, [0, 1]),
        ("rank", {"items": ["it"]}, [0, 1, 2, 3, 4]),
        ("help", {"items": ["the second one"]}, []),
        ("more_like", {"liked": ["number 3"]}, [2]),
        ("chat", {}, []),
    ],
)
def test_an_intent_implies_its_items(read, shown, intent, marks, places):
    message = "x ".join(word for words in marks.values() for word in words)
    assert read(message, intent, **marks).references == [shown[n] for n in places]


def test_it_is_compared_with_the_named_one(read, shown):
    message = "how does it stack up against number four"
    reading = read(message, "compare", focus=shown[1], items=["number four"])
    assert reading.references == [shown[1], shown[3]]


def test_wishes_in_a_question_are_none(read):
    assert read("is it a comedy", "ask", items=["it"], want=["comedy"]).constraints == []


def test_a_title_that_is_refused_is_an_item_turned_down(read, id_of):
    reading = read("something scary but not Alien", avoid=["Alien"])
    assert reading.disliked == [id_of("Alien")] and reading.constraints == []


def test_just_the_ones_asks_for_them(read, asked):
    reading = read("just the French ones", "more_like", items=["the French ones"])
    assert reading.intent == "recommend" and reading.references == []
    assert asked(reading) == "language=French"


def test_a_pronoun_beside_a_place_means_the_place(read, shown):
    reading = read("and the last one, how did you land on that", "explain", items=["that"])
    assert reading.references == [shown[-1]]


def test_a_mark_that_is_wanted_and_refused_without_a_no_is_wanted(read, asked):
    assert asked(read("comedy! anything with a comedy", want=["comedy"], avoid=["a comedy"])) == (
        "genres=Comedy"
    )
    assert asked(read("dramas only", avoid=["dramas"])) == "genres=Drama"


@pytest.mark.parametrize(
    ("message", "marks"),
    [
        ("under 100 minutes instead of under 120 minutes",
         {"limits": ["under 120 minutes"], "drop": ["under 100 minutes"]}),
        ("under 100 minutes instead of under 120 minutes", {"drop": ["under 100 minutes"]}),
        ("make it under 100 minutes rather than under 120 minutes",
         {"limits": ["under 120 minutes", "under 100 minutes"]}),
    ],
)  # fmt: skip
def test_the_words_say_which_limit_replaces_which(read, message, marks):
    [one] = read(message, **marks).constraints
    assert (one.attribute, one.operator, one.bound) == ("runtime", "below", 100)


def test_a_number_is_not_a_part_of_a_longer_one(read):
    message = "rated at least 3.5 instead of rated at least 3"
    [one] = read(message, drop=["rated at least 3.5"]).constraints
    assert one.bound == 3.5
