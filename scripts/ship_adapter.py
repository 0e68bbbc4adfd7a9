"""Copy a trained adapter into weights/, without what only its making needed: `make adapter`."""

import shutil
import sys

from tastemaker.files import building_folder
from tastemaker.serving.adapters import CARD
from tastemaker.serving.llava import PROJECTOR
from tastemaker.serving.models import SHIPPED_ADAPTERS
from tastemaker.teaching.train_llm import adapter_folder

name = sys.argv[1]
shipped = SHIPPED_ADAPTERS[name]
kept = (shipped / "README.md").read_text() if shipped.exists() else ""
with building_folder(shipped) as folder:
    for file in ("adapter_config.json", "adapter_model.safetensors", PROJECTOR, CARD):
        if (adapter_folder(name) / file).is_file():
            shutil.copy(adapter_folder(name) / file, folder / file)
    (folder / "README.md").write_text(kept)
print(f"Now write its figures into {shipped / 'README.md'}")
