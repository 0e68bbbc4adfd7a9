import pytest

SAID = {
    "something pink": "~pink",
    "not acidic": "acidity!=High",
    "a cab sauv": "grapes=Cabernet Sauvignon",
    "cabernet sauvingon": "grapes=Cabernet Sauvignon",
    "a dutch one": "?dutch",
    "a cheeseboard and a chard": "?cheeseboard, grapes=Chardonnay",
}


@pytest.mark.parametrize(("message", "said"), SAID.items())
def test_words_that_the_catalogue_does_not_write(wine_reader, asked, message, said):
    assert asked(wine_reader.read(message)) == said


def test_a_word_of_the_language_is_no_slip(films):
    from tastemaker.agent.reading.reader import Reader

    ones = [1.0] * len(films.item_ids)
    assert Reader(films, ones).read("a dramaa").constraints
    assert not Reader(films, ones, known_words={"dramaa"}).read("a dramaa").constraints
