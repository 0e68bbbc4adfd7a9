"""The whole of `tastemaker paint`, with the generator that ships, over real paintings."""

from pathlib import Path

import pytest
from PIL import Image
from tastemaker.errors import BadInputError
from tastemaker.generation.image.commands import painted
from tastemaker.generation.image.planning import Order
from tastemaker.generation.image.verifying import verify


@pytest.mark.packs
def test_a_painting_gets_a_poster_that_holds_its_checks(data: Path, tmp_path: Path):
    out = tmp_path / "horses.png"
    order = Order(item_id="The Horse Fair", format="portrait", candidates=2)
    report = painted("art", order, out)
    assert report.plan.subject == "horse" and report.plan.product is not None
    checks = {one.name: one for one in report.checks}
    assert checks["product"].figure == 1 and checks["placement"].ok and checks["legibility"].ok
    assert {"reading", "safety", "memorisation"} <= set(checks)
    with Image.open(out) as image:
        assert image.size == (960, 1200)
    verdict = verify(out)
    assert verdict.ok and verdict.test_key and verdict.model == "tastemaker-painter"
    with pytest.raises(BadInputError, match="exists"):
        painted("art", order, out)
