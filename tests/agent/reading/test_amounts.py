import pytest

STATED = {
    "something cheap please": "price<=79",
    "nothing too expensive": "price<=89",
    "a jacket, money is no object": "type=Jackets, price>=89",
    "that's way too dear": "price<=89",
}
NOT_STATED = ["my old man wants boots", "i'm a big fan of jackets", "dear shop, jackets"]


@pytest.mark.parametrize(("message", "said"), STATED.items())
def test_a_vague_amount_is_a_part_of_the_catalogue(product_reader, products, message, said):
    (bound,) = [one for one in product_reader.read(message).constraints if one.bound is not None]
    prices = products.items["price"]
    share = prices <= bound.bound if "<" in said else prices >= bound.bound
    assert bound.attribute == "price"
    assert bound.side == ("upper" if "<" in said else "lower")
    assert 0.3 < share.mean() < 0.6


@pytest.mark.parametrize("message", NOT_STATED)
def test_a_word_that_is_no_wish_bounds_nothing(product_reader, message):
    assert all(one.bound is None for one in product_reader.read(message).constraints)


def test_a_number_outweighs_a_vague_amount(product_reader, asked):
    assert asked(product_reader.read("something cheap, under 60 dollars")) == "price<60"
