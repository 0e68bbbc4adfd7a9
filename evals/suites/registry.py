"""Every suite, in the order in which `all` runs them."""

from .assets import ASSETS_SUITE
from .cost import COST
from .dialogue import DIALOGUE
from .explanations import EXPLANATIONS
from .imported import IMPORTED
from .ranking import RANKING
from .requests import REQUESTS
from .robustness import ROBUSTNESS
from .safety import SAFETY
from .suite import Suite
from .vision import VISION

SUITES: dict[str, Suite] = {
    one.name: one
    for one in (
        DIALOGUE, REQUESTS, RANKING, EXPLANATIONS, ASSETS_SUITE, VISION, ROBUSTNESS, SAFETY, COST,
        IMPORTED,
    )
}  # fmt: skip
