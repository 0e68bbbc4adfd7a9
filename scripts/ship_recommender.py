"""Copy a demo pack's trained recommender into weights/, with a card: `make weights`."""

import sys

from tastemaker.catalog.store import resolve_catalog
from tastemaker.files import building_folder
from tastemaker.recommender.shipped import WEIGHTS, ship
from tastemaker.recommender.trained import TrainedRecommender

CARD = """# The recommender of the {catalog} pack

The sequence model (user encoder, item vectors in half precision) and the weights of the learned
fusion; the closed-form channels are computed at set-up.

- Data: {interactions:,} interactions of {users:,} users. {licence}
- Made with `{command}` (seed {seed}), {seconds:.0f} s on two shared CPU cores
- Each user's last item, full ranking over all unmet items, trained without the last two: {figures}
- Fits a catalogue of exactly these items, in this order (items.sha256)
"""

catalog = resolve_catalog(sys.argv[1])
card = TrainedRecommender.open(catalog).card
with building_folder(WEIGHTS / f"recommender-{catalog.manifest.name}") as folder:
    ship(catalog, folder)
    figures = ", ".join(f"{name} {value:.4f}" for name, value in card.figures.items())
    about = card.model_dump() | {"figures": figures, "seed": card.settings["training"]["seed"]}
    (folder / "README.md").write_text(CARD.format(**about))
