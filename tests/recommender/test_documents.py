from datetime import date

from tastemaker.catalog.records import Item
from tastemaker.recommender.documents import lexical_document, semantic_document

FULL = Item(
    item_id="1",
    title="Alien",
    text="A crew meets a creature.",
    attributes={"year": 1979.0, "genres": ["Horror", "Sci-Fi"], "language": "English",
                "released": date(1979, 5, 25)},
)  # fmt: skip


def test_every_word_is_in_the_lexical_document():
    assert lexical_document(FULL) == "Alien A crew meets a creature. Horror, Sci-Fi English"


def test_the_semantic_document_names_attributes_before_the_text():
    expected = "Alien. genres: Horror, Sci-Fi. language: English. A crew meets a creature."
    assert semantic_document(FULL) == expected


def test_a_title_is_enough():
    bare = Item(item_id="1", title="Alien")
    assert lexical_document(bare) == semantic_document(bare) == "Alien"


def test_long_lists_are_cut():
    many = Item(item_id="1", title="T", attributes={"tags": [f"t{n}" for n in range(40)]})
    assert "t11" in lexical_document(many) and "t12" not in lexical_document(many)
