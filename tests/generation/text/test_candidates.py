from tastemaker.generation.text.candidates import best, checked
from tastemaker.generation.text.facts import Fact

TEXTS = {
    "people:9": "Of 41 people who liked Heat, 25 liked this too.",
    "attribute:runtime": "Running time: 98 minutes.",
    "attribute:genres": "Genre: Crime, Comedy.",
}
FACTS = [
    Fact(number=n, item_id="1", source=source, text=text)
    for n, (source, text) in enumerate(TEXTS.items(), 1)
]


def draft(written: str, wanted=()):
    return checked(written, "Fargo", FACTS, wanted=wanted)


def test_each_sentence_stands_alone_with_its_own_facts():
    one = draft("Fargo is a Crime film of 98 minutes. It won every award. It is a Comedy, too.")
    assert [(s.text, s.facts) for s in one.statements] == [
        ("Fargo is a Crime film of 98 minutes.", [2, 3]),
        ("It is a Comedy, too.", [3]),
    ]
    assert one.cut == ["It won every award."]
    assert one.text == "Fargo is a Crime film of 98 minutes. [2][3] It is a Comedy, too. [3]"


def test_what_rests_on_nothing_is_cut_even_where_it_claims_nothing():
    one = draft("It is a good choice for you.")
    assert (one.statements, one.text, one.score) == ([], "", 0.0)
    assert one.cut == ["It is a good choice for you."]


def test_numbers_that_a_model_sets_itself_are_set_anew():
    assert draft("It runs for 98 minutes [1].").text == "It runs for 98 minutes. [2]"


def test_the_same_sentence_is_said_once():
    assert len(draft("It runs for 98 minutes. It runs for 98 minutes.").statements) == 1


def test_the_best_speaks_of_the_person_is_whole_and_short():
    plain = draft("It is a Crime film of 98 minutes.")
    personal = draft("25 of the 41 people who liked Heat liked it.")
    broken = draft("25 of the 41 people who liked Heat liked it. It won every award.")
    assert best([plain, broken, personal]) == personal
    assert best([plain, broken]) == broken
    assert best([draft("It won every award.")]) is None and best([]) is None


def test_a_draft_that_answers_the_question_is_better():
    genre, length = draft("It is a Crime film.", [2]), draft("It runs for 98 minutes.", [2])
    assert best([genre, length]) == length
    assert best([draft("It is a Crime film."), draft("It runs for 98 minutes.")]) is not None
