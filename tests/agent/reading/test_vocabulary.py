import pytest
from tastemaker.agent.reading.reader import Reader
from tastemaker.catalog.records import About, AttributeHint
from tastemaker.catalog.rejects import Rejects
from tastemaker.catalog.source import RawItem, Source
from tastemaker.catalog.store import Catalog
from tastemaker.catalog.writer import write_catalog

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
    ones = [1.0] * len(films.item_ids)
    assert Reader(films, ones).read("a dramaa").constraints
    assert not Reader(films, ones, known_words={"dramaa"}).read("a dramaa").constraints


def test_what_something_is_about_is_its_topic(tmp_path, asked):
    """`england` is a keyword here; elsewhere the word stands for the language."""
    items = [
        RawItem(
            f"x:{n}",
            f"x{n}",
            f"Title {n}",
            attributes={
                "language": "English",
                "keywords": [f"topic {n}", "england", "sea"][: n + 1],
            },
        )
        for n in range(30)
    ]
    hints = {"keywords": AttributeHint(kind="multi", cues=["about"])}
    about = About(title="Films", item_noun="film", source="a test", attributes=hints)
    write_catalog(tmp_path / "films", Source(about, iter(items), iter(())), Rejects())
    reader = Reader(Catalog.open(tmp_path / "films"), [1.0] * 30)
    assert [w.attribute for w in reader.read("about england").wishes] == ["keywords"]
    assert [w.attribute for w in reader.read("something from england").wishes] == ["language"]
    assert asked(reader.read("about the sea")) == "~sea"
    assert asked(reader.read("how about sea")) == "?sea"
