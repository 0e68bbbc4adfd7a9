import numpy as np
from PIL import Image
from tastemaker.generation.image.motion import FRAMES, drifted, moving
from tastemaker.generation.image.painting import paint_plans
from tastemaker.generation.image.planning import Order, plan_picture
from tastemaker.generation.image.studio import Studio


def test_the_picture_moves_and_the_words_do_not(studio: Studio):
    order = Order(item_id="22", format="thumbnail_square")
    [done] = paint_plans(studio, [plan_picture(studio, order)])
    frames = moving(studio, done)
    assert len(frames) == FRAMES and {one.size for one in frames} == {done.image.size}
    assert len({one.tobytes() for one in frames}) > FRAMES // 2
    for text in done.report.composition.texts:
        box = (text.box.left, text.box.top, text.box.right, text.box.bottom)
        letters = {one.crop(box).tobytes() for one in frames}
        assert len(letters) == 1


def test_the_loop_is_seamless():
    layer = Image.linear_gradient("L").resize((200, 200)).convert("RGB")
    first, last = (np.asarray(drifted(layer, at), np.int64) for at in (0, (FRAMES - 1) / FRAMES))
    step = np.abs(np.asarray(drifted(layer, 1 / FRAMES), np.int64) - first).mean()
    assert np.abs(last - first).mean() < 1.5 * step + 0.1
    assert drifted(layer, 1).tobytes() == drifted(layer, 0).tobytes()
