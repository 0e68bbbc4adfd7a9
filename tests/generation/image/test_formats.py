import pytest
from tastemaker.errors import BadInputError
from tastemaker.generation.image.formats import format_named, shipped_formats
from tastemaker.generation.text.channels import shipped_channels


def test_the_formats_have_the_sizes_that_channels_ask_for():
    sizes = {name: (one.width, one.height) for name, one in shipped_formats().items()}
    assert sizes == {
        "landscape": (1200, 628),
        "square": (1200, 1200),
        "portrait": (960, 1200),
        "feed": (1080, 1350),
        "story": (1080, 1920),
        "thumbnail": (320, 180),
        "thumbnail_square": (400, 400),
    }


def test_a_story_keeps_free_what_the_app_covers():
    story = format_named("story")
    assert story.safe.top >= 0.14 * story.height
    assert story.height - story.safe.bottom >= 0.2 * story.height


@pytest.mark.parametrize("name", shipped_formats())
def test_a_safe_area_lies_inside_its_format_and_the_channels_exist(name):
    one = format_named(name)
    assert 0 < one.safe.left < one.safe.right < one.width
    assert 0 < one.safe.top < one.safe.bottom < one.height
    assert set(one.channels) <= set(shipped_channels())


def test_an_unknown_format_is_refused_with_the_nearest():
    with pytest.raises(BadInputError, match=r"'storry' \(did you mean story\?\); there are: feed"):
        format_named("storry")
    with pytest.raises(BadInputError, match=r"no format 'xq'; there are: "):
        format_named("xq")
