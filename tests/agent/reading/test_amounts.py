import pytest

STATED = {
    "something cheap please": "price<=79",
    "nothing too expensive": "price<=89",
    "a jacket, money is no object": "type=Jackets, price>=89",
    "that's way too dear": "price<=89",
}
TURNED = {
    "don't want anything expensive": "<",
    "isn't pricey": "<",
    "not cheap": ">",
    "no need to be fancy": "<",
}
NOT_STATED = [
    "cheap or expensive",
    "doesn't have to be cheap",
    "something timeless, jackets",
    "my old man wants boots",
    "i'm a big fan of jackets",
    "dear shop, jackets",
]


@pytest.mark.parametrize(("message", "said"), STATED.items())
def test_a_vague_amount_is_a_part_of_the_catalogue(product_reader, products, message, said):
    (bound,) = [one for one in product_reader.read(message).constraints if one.bound is not None]
    prices = products.items["price"]
    share = prices <= bound.bound if "<" in said else prices >= bound.bound
    assert bound.attribute == "price"
    assert bound.side == ("upper" if "<" in said else "lower")
    assert 0.3 < share.mean() < 0.6


@pytest.mark.parametrize(("message", "said"), TURNED.items())
def test_a_refused_amount_is_the_other_part(product_reader, message, said):
    (bound,) = product_reader.read(message).constraints
    assert bound.attribute == "price" and bound.side == ("upper" if said == "<" else "lower")


def test_an_amount_that_is_given_up_releases_its_attribute(product_reader):
    assert product_reader.read("doesn't have to be cheap").released == ["price"]


@pytest.mark.parametrize("message", NOT_STATED)
def test_a_word_that_is_no_wish_bounds_nothing(product_reader, message):
    assert all(one.bound is None for one in product_reader.read(message).constraints)


def test_a_number_outweighs_a_vague_amount(product_reader, asked):
    assert asked(product_reader.read("something cheap, under 60 dollars")) == "price<60"
