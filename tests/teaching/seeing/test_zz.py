import time, pytest, random, numpy as np
from .test_learning import *
@pytest.mark.parametrize("kw", [
 dict(steps=60, learning_rate=0.01, projector_rate=0.005),
 dict(steps=100, learning_rate=0.01, projector_rate=0.005),
 dict(steps=100, learning_rate=0.005, projector_rate=0.005),
 dict(steps=100, learning_rate=0.01, projector_rate=0.005,seed=1),
])
def test_a(base, blind, tmp_path, kw):
    t=time.time()
    d=learnt(base,blind,tmp_path/"s",SeeingSettings(**(dict(batch=8, repeated=1, noise=0.05)|kw)))
    new = [one.model_copy(update={"key": f"{one.key} new"}) for one in PICTURES]
    said = named(base, tmp_path/"s", new, made_views(new, seed=1))
    right = np.mean([a == one.caption for a, one in zip(said, new, strict=True)])
    print(kw, d.loss, right, d.seconds, time.time()-t)
