import pytest
from tastemaker.errors import BadInputError
from tastemaker.generation.text.brand import Brand, read_brand


def test_a_brand_names_its_files_relative_to_itself(tmp_path):
    (tmp_path / "kontur").mkdir()
    for name in ("mark.png", "own.ttf"):
        (tmp_path / "kontur" / name).touch()
    (tmp_path / "lora").mkdir()
    path = tmp_path / "kontur" / "brand.toml"
    path.write_text(
        'palette = ["#0b5d3b", "#F2E8CF"]\nlogo = "mark.png"\nfont = "own.ttf"\n'
        f'lora = "{tmp_path / "lora"}"'
    )
    brand = read_brand(path)
    assert brand.palette == ["#0b5d3b", "#F2E8CF"]
    assert brand.logo == tmp_path / "kontur" / "mark.png"
    assert brand.font == tmp_path / "kontur" / "own.ttf"
    assert brand.lora == tmp_path / "lora"


def test_without_them_a_brand_has_none():
    brand = Brand()
    assert (brand.palette, brand.logo, brand.font, brand.lora) == ([], None, None, None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('palette = ["green"]', r"palette\.0: "),
        ('palette = ["#0b5d3b\\n"]', r"palette\.0: "),
        ('logo = "none.png"', r"logo: there is no .*none\.png"),
        ('font = "none.ttf"', "font: there is no "),
        ('lora = "none"', "lora: there is no "),
        ("logo = 3", "logo: "),
    ],
)
def test_a_wrong_colour_or_a_missing_file_is_refused(tmp_path, text, said):
    path = tmp_path / "brand.toml"
    path.write_text(text)
    with pytest.raises(BadInputError, match=said):
        read_brand(path)
