import json
from pathlib import Path

from PIL import Image
from tastemaker.catalog.importers.art import read_art
from tastemaker.catalog.packs import PACKS
from tastemaker.catalog.rejects import Rejects
from tastemaker.catalog.store import Catalog
from tastemaker.catalog.writer import write_catalog

PAINTING = {
    "objectID": 1,
    "title": "<i>Garden</i>",
    "artistPrefix": "Attributed to",
    "artistDisplayName": "A. Painter",
    "artistDisplayBio": "French, 1800–1850",
    "artistNationality": "French",
    "objectBeginDate": 1830,
    "objectDate": "ca. 1832",
    "medium": "Oil on canvas",
    "tags": [{"term": "Flowers"}, {"term": "Dogs"}],
    "culture": "",
    "period": "",
    "department": "European Paintings",
    "measurements": [
        {"elementName": "Frame", "elementDescription": None, "elementMeasurements": {"Height": 9}},
        {
            "elementName": "Overall",
            "elementDescription": None,
            "elementMeasurements": {"Height": 46.123, "Width": 30.0},
        },
    ],
    "creditLine": "Gift",
}


def test_a_painting_and_one_without_a_picture(tmp_path: Path):
    bare = {"objectID": 2, "tags": None, "measurements": None, "artistDisplayName": ""}
    bare = PAINTING | bare | {"artistPrefix": ""}
    (tmp_path / "objects.json").write_text(json.dumps({"objects": [PAINTING, bare]}))
    Image.new("RGB", (5, 5)).save(tmp_path / "1.jpg")
    rejects = Rejects()
    write_catalog(tmp_path / "art", read_art(tmp_path, PACKS["art"].about, rejects), rejects)
    catalog = Catalog.open(tmp_path / "art")
    item = catalog.item("1")
    assert item.title == "Garden"
    assert item.text == (
        "By Attributed to A. Painter (French, 1800–1850). Oil on canvas, ca. 1832."
        " It shows flowers, dogs."
    )
    assert item.attributes == {
        "artist": "Attributed to A. Painter",
        "year": 1830.0,
        "dated": "ca. 1832",
        "medium": "Oil on canvas",
        "material": ["oil", "canvas"],
        "tags": ["flowers", "dogs"],
        "nationality": "French",
        "department": "European Paintings",
        "height": 46.1,
        "width": 30.0,
        "credit": "Gift",
    }
    assert len(item.images) == 1
    assert catalog.item("2").images == []
    assert rejects.first == ["objects.json:2 has an image that is missing: 2.jpg"]
    assert catalog.manifest.synonyms["dog"] == {"tags": ["dogs"]}
