from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tastemaker.catalog.packs import film_about
from tastemaker.catalog.records import About, AttributeHint
from tastemaker.catalog.rejects import Rejects
from tastemaker.catalog.source import RawItem, Source
from tastemaker.catalog.store import Catalog
from tastemaker.catalog.writer import write_catalog
from tastemaker.teaching.seeing.pictures import Picture, catalog_pictures


def drawing(caption: str, set_name: str = "noto", drawn: bool = True) -> Picture:
    return Picture(set=set_name, key=caption, image=Path("x.png"), caption=caption, drawn=drawn)


def catalog(tmp_path: Path, items: list[RawItem], about: About) -> Catalog:
    rejects = Rejects()
    write_catalog(tmp_path / "shown", Source(about, iter(items), iter(())), rejects)
    assert rejects.count == rejects.problems == 0
    return Catalog.open(tmp_path / "shown")


@given(
    st.lists(st.sampled_from("red apple green car old tall house".split()), min_size=1), st.data()
)
def test_the_same_words_in_another_set_order_or_case_go_the_same_way(words, data):
    here = drawing(" ".join(words))
    there = drawing(" ".join(data.draw(st.permutations(words))).title(), "fluent")
    assert here.held_out == there.held_out


def test_a_fifth_of_drawings_and_three_tenths_of_items_are_held_out():
    names = [f"thing {n}" for n in range(4000)]
    drawn = {name for name in names if drawing(name).held_out}
    items = {name for name in names if drawing(name, drawn=False).held_out}
    assert len(drawn) / len(names) == pytest.approx(51 / 256, abs=0.02)
    assert len(items) / len(names) == pytest.approx(77 / 256, abs=0.02)
    assert drawn < items  # what is held out as a drawing is never learnt as an item


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        (["Portraits"], "portrait"),
        (["Portraits", "Men"], "portrait"),
        (["Profiles", "Self-portraits"], "portrait"),
        (["Landscapes", "Mountains", "Trees"], "landscape"),
        (["Fruit"], "still life"),
        (["Virgin Mary", "Jesus"], "religious"),
        (["Horses"], "animal"),
        (["Horses", "Men"], ""),  # riders
        (["Flowers", "Women"], ""),
        (["Saints", "Men"], "religious"),
        (["Landscapes", "Horses"], ""),  # two kinds
        (["Portraits", "Saints"], ""),
        (["Ships"], ""),
        (["Men"], ""),
    ],
)
def test_a_painting_is_of_the_one_kind_that_its_tags_tell(tmp_path, tags, kind):
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    about = About(title="Art", source="a test", attributes={"tags": AttributeHint(kind="multi")})
    tags = [tag.lower() for tag in tags]
    item = RawItem("x:1", "1", "A", attributes={"tags": tags}, images=[tmp_path / "a.png"])
    (found,) = catalog_pictures(catalog(tmp_path, [item], about))
    assert found.kind == kind


def test_items_with_a_picture_come_with_title_kind_and_file(tmp_path):
    Image.new("RGB", (8, 8), "red").save(tmp_path / "a.png")
    items = [
        RawItem(
            f"x:{n}",
            str(n),
            f"Wine {n}",
            attributes={"colour": ["red", "white", "rosé"][n % 3], "maker": f"House {n}"},
            images=[tmp_path / "a.png"] if n else [],
        )
        for n in range(30)
    ]
    hints = {
        "colour": AttributeHint(kind="categorical"),
        "maker": AttributeHint(kind="categorical"),
    }
    about = About(title="Wines", source="a test", attributes=hints)
    shown = catalog(tmp_path, items, about)
    found = catalog_pictures(shown)
    assert [one.key for one in found] == [str(n) for n in range(1, 30)]
    assert {one.set for one in found} == {"shown"} and not any(one.drawn for one in found)
    assert all(one.image.is_file() and one.caption == f"Wine {one.key}" for one in found)
    # Thirty makers are too many to choose from.
    assert [one.kind for one in found[:3]] == ["white", "rosé", "red"]


def test_a_catalogue_without_pictures_gives_none_and_one_without_kinds_gives_no_kind(tmp_path):
    bare = [RawItem("x:1", "1", "Stripes", attributes={"genres": ["Comedy"]})]
    films = catalog(tmp_path / "bare", bare, film_about("F", "a test", "none"))
    assert catalog_pictures(films) == []
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    item = RawItem("x:1", "1", "Stripes", images=[tmp_path / "a.png"])
    (found,) = catalog_pictures(catalog(tmp_path, [item], About(title="F", source="a test")))
    assert found.kind == ""
