"""One model is read from its folder at a time.

diffusers reads weights through accelerate, which meanwhile makes every new torch module of the
process an empty one; a model that another thread builds then would have no weights.
"""

import threading

one_at_a_time = threading.RLock()
"""Held while a model is read."""
