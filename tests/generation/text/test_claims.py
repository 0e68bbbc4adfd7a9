"""The gate of copy: what passes it stands in the facts, within the limit, without banned words."""

import pytest
from tastemaker.generation.text.brand import Brand
from tastemaker.generation.text.channels import FieldSpec
from tastemaker.generation.text.claims import problems, unsupported
from tastemaker.generation.text.facts import Fact
from tastemaker.generation.text.wording import title_forms

TITLE = "Nordlys Lamp"
TEXTS = {
    "attribute:material": "Material: oak, linen.",
    "attribute:price": "Price: 49.9 USD.",
    "attribute:year": "Year: 2021.",
    "attribute:stock": "In stock: 12.",
    "shared:9": "In common with Fenn Armchair: oak.",
    "people:8": "Of 41 people who liked Rill Bottle, 29 liked this too.",
    "text": "Its description: “Warm light without glare.”",
}
FACTS = [
    Fact(number=n, item_id="1", source=source, text=text)
    for n, (source, text) in enumerate(TEXTS.items(), 1)
]


@pytest.mark.parametrize(
    "copy",
    [
        "Nordlys Lamp",
        "Nordlys Lamp: oak, linen",
        "A product of oak and linen for 49.90 USD.",
        "It costs less than 50 dollars.",
        "If you liked Rill Bottle, you may like it.",
        "29 of the 41 people who liked Rill Bottle liked Nordlys Lamp too.",
        "Like Fenn Armchair, it is made of oak.",
        "The description says “warm light without glare”.",
        "From the early 2020s.",
        "12 left in stock.",
    ],
)
def test_what_the_facts_say_passes(copy: str):
    assert unsupported(copy, TITLE, FACTS, noun="product") == []


@pytest.mark.parametrize(
    "copy",
    [
        "A lamp of solid oak.",
        "It costs 49.90 EUR.",
        "It costs less than 45 dollars.",
        "The best lamp of 2021.",
        "An award-winning product.",
        "Our cheapest product.",
        "Only 11 left in stock.",
        "Like Fenn Armchair, it is made of linen.",
        "41 of the 29 people who liked Rill Bottle liked it too.",
        "Everyone who liked Rill Bottle liked it.",
        "Not made of linen.",
        "The description says “cold light without glare”.",
        "Buy it at https://example.org.",
        "Cheaper than Fenn Armchair.",
    ],
)
def test_what_they_do_not_say_does_not(copy: str):
    assert unsupported(copy, TITLE, FACTS, noun="product")


def test_other_titles_of_the_catalogue_are_not_named():
    titles = title_forms(["Oak", TITLE, "Rill Bottle"])
    assert unsupported("It goes with Oak.", TITLE, FACTS, titles, noun="product")


def test_a_brand_may_claim_what_holds_for_all_its_items():
    brand = Brand(claims=["Delivery is free."], disclaimers=["Terms apply."])
    assert unsupported("Delivery is free.", TITLE, FACTS)
    assert not unsupported("Delivery is free. Terms apply.", TITLE, FACTS, brand=brand)


def test_every_problem_is_told():
    spec = FieldSpec(limit=10)
    brand = Brand(banned_words=["cheap*", "oak"])
    found = problems("Cheapest oak lamp.", spec, TITLE, FACTS, brand)
    assert len(found) == 4
    assert "18 characters, 10 are allowed" in found[0]
    assert problems(" ", spec, TITLE, FACTS, brand) == ["it is empty"]
    assert problems("Linen", spec, TITLE, FACTS, Brand()) == []
