"""A torchvision that was built for CUDA imports beside a torch that was built for the CPU.

vLLM's CPU build depends on such a pair, and its models that see need torchvision's image
transforms. Only its detection operators lack, which nothing here calls; declaring their names
before torchvision looks for them is enough. Costs nothing until torchvision is imported.
"""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from importlib.metadata import PackageNotFoundError, version
from types import ModuleType

_OPERATORS = ("nms", "qnms")
_SCHEMA = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
_declared: list[object] = []


class _DeclareFirst:
    """A finder that finds nothing: it acts when torchvision is looked for, once."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name == "torchvision":
            sys.meta_path.remove(self)
            _declare()
        return None


def _declare() -> None:
    import torch

    try:
        whole = version("torchvision").endswith("+cpu")
    except PackageNotFoundError:
        whole = True
    if torch.version.cuda is None and torch.version.hip is None and not whole:
        library = torch.library.Library("torchvision", "FRAGMENT")
        for operator in _OPERATORS:
            if not hasattr(torch.ops.torchvision, operator):  # another copy of this module may run
                library.define(operator + _SCHEMA)
        _declared.append(library)  # the names go when the library goes


def allow_torchvision() -> None:
    """Make a later `import torchvision` work."""
    if "torchvision" not in sys.modules and not any(
        isinstance(finder, _DeclareFirst) for finder in sys.meta_path
    ):
        sys.meta_path.insert(0, _DeclareFirst())
