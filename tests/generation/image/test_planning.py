from dataclasses import replace

import pytest
from tastemaker.errors import BadInputError
from tastemaker.generation.image.deterministic import deterministic_generator
from tastemaker.generation.image.planning import Order, plan_picture
from tastemaker.generation.image.studio import Studio


def test_the_same_order_gives_the_same_plan_and_another_seed_other_noise(studio: Studio):
    order = Order(item_id="22", user="u1")
    plan = plan_picture(studio, order)
    assert plan == plan_picture(studio, order)
    other = plan_picture(studio, order.model_copy(update={"seed": 1}))
    assert [one.prompt for one in other.sketches] == [one.prompt for one in plan.sketches]
    assert not {one.seed for one in other.sketches} & {one.seed for one in plan.sketches}
    assert len({one.seed for one in plan.sketches}) == order.candidates == len(plan.jobs)


def test_what_the_person_asks_for_is_what_is_planned(studio: Studio):
    order = Order(item_id="22", style="watercolor", subject="dogs", ground="red", call="Look")
    plan = plan_picture(studio, order)
    for one in plan.sketches:
        assert one.prompt.startswith("dog, watercolour") and one.prompt.endswith("on red")
    assert plan.texts.title == "Star Wars" and plan.texts.call == "Look" and plan.product is None


def test_another_person_may_get_another_look(studio: Studio):
    orders = [Order(item_id="31", user=f"u{n}") for n in range(1, 5)]
    assert len({plan_picture(studio, order).sketches[0].look for order in orders}) > 1


def test_its_line_is_true_and_short(studio: Studio):
    plan = plan_picture(studio, Order(item_id="22", user="u3"))
    assert 0 < len(plan.texts.line) <= 110


def test_a_subject_that_a_model_chooses_is_one_that_was_offered(studio: Studio):
    second = replace(studio, choose=lambda item, offered, likes: offered[1].name)
    plan = plan_picture(second, Order(item_id="22"))
    assert plan.subject != plan_picture(studio, Order(item_id="22")).subject
    with pytest.raises(BadInputError, match="none of the subjects"):
        plan_picture(replace(studio, choose=lambda *asked: "rude"), Order(item_id="22"))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"item_id": "none"}, "none"),
        ({"format": "sqare"}, "square"),
        ({"style": "charcoal"}, "knows no style 'charcoal'"),
        ({"subject": "dogma"}, "cannot draw 'dogma'"),
        ({"ground": "mauve"}, "knows no ground 'mauve'"),
    ],
)
def test_what_is_not_known_is_said(studio: Studio, wrong: dict, said: str):
    with pytest.raises(BadInputError, match=said):
        plan_picture(studio, Order(**{"item_id": "22", **wrong}))


def test_a_generator_that_draws_anything_is_told_the_title(studio: Studio):
    free = replace(studio, generator=deterministic_generator(vocabulary=None))
    plan = plan_picture(free, Order(item_id="22", style="as a bronze statue"))
    assert plan.sketches[0].prompt == "Star Wars, as a bronze statue"


def test_its_line_does_not_say_the_title_again(studio: Studio):
    lines = [
        plan_picture(studio, Order(item_id=item_id)).texts.line
        for item_id in studio.catalog.item_ids[:20]
    ]
    titles = studio.catalog.titles[:20]
    assert any(lines)
    for line, title in zip(lines, titles, strict=True):
        assert not line.startswith(f"{title}. ")


def test_what_was_asked_for_needs_no_other_reason(studio: Studio):
    order = Order(item_id="22", user="u3", style="neon", subject="dog")
    asked, *rest = plan_picture(studio, order).reasons
    assert asked == "draws dog: asked for" and rest[0] == "neon: asked for"
    assert len(rest) == 2 and "neon" not in rest[1] and "suits" in rest[1]
