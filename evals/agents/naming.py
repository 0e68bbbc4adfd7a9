"""An agent by its name."""

import os

from ...catalog.store import Catalog
from ...packages import Progress, silent
from ...settings import Settings
from .endpoint import callable_face, endpoint_face
from .face import Face
from .known_faults import FAULTS, faulty_face
from .ours import our_face

NAMES = "tastemaker, deterministic, openai:URL#MODEL, module:callable"


def agent_named(
    name: str, catalog: Catalog, settings: Settings, progress: Progress = silent
) -> Face:
    """`tastemaker` (the configured model), `deterministic` (without one), `openai:URL#MODEL`,
    `module:callable`, or `fault:NAME`, an agent with a known fault to try a suite on.

    Raises:
        BadInputError: there is none of that name.
        MissingError: it cannot be reached.
    """
    if name == "tastemaker":
        return our_face(name, catalog, settings, progress=progress)
    if name == "deterministic":
        return our_face(name, catalog, settings, use_llm=False, progress=progress)
    if name.startswith("openai:"):
        return endpoint_face(name, os.environ.get("OPENAI_API_KEY", "none"))
    if name.startswith("fault:") and (fault := name.removeprefix("fault:")) in FAULTS:
        sound = our_face(name, catalog, settings, use_llm=False, progress=progress)
        return faulty_face(fault, sound, catalog)
    return callable_face(name)
