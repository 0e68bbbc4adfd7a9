"""In processes of their own: what is imported first decides."""

import os
import subprocess
import sys

import pytest

pytest.importorskip("torchvision")


def printed(code: str) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    ran = subprocess.run(
        [sys.executable, "-P", "-c", code],
        env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def test_torchvision_is_imported_after_tastemaker_and_transforms_images():
    code = (
        "import tastemaker, torch, torchvision\n"
        "from torchvision.transforms.v2 import functional\n"
        "image = torch.arange(48, dtype=torch.float32).reshape(3, 4, 4)\n"
        "print(functional.resize(image, [2, 2]).shape == (3, 2, 2))\n"
        "from transformers import AutoImageProcessor, Qwen2VLVideoProcessor\n"
    )
    assert printed(code) == "True"


def test_importing_tastemaker_alone_costs_neither_torch_nor_torchvision():
    code = (
        "import sys, tastemaker\n"
        "print(sorted({'torch', 'torchvision', 'transformers'} & set(sys.modules)))\n"
    )
    assert printed(code) == "[]"


def test_the_finder_acts_once_and_is_gone():
    code = (
        "import sys, tastemaker\n"
        "from tastemaker.torchvision_on_cpu import _DeclareFirst, allow_torchvision\n"
        "ours = lambda: sum(isinstance(one, _DeclareFirst) for one in sys.meta_path)\n"
        "allow_torchvision()\n"
        "print(ours(), end=' ')\n"
        "import torchvision\n"
        "allow_torchvision()\n"
        "print(ours())\n"
    )
    assert printed(code) == "1 0"


def test_a_second_copy_of_the_module_does_no_harm():
    """As pytest makes one when it imports the folder under another name."""
    code = (
        "import importlib.util, sys, tastemaker\n"
        "from tastemaker import torchvision_on_cpu\n"
        "spec = importlib.util.spec_from_file_location('copy', torchvision_on_cpu.__file__)\n"
        "copy = importlib.util.module_from_spec(spec)\n"
        "spec.loader.exec_module(copy)\n"
        "copy.allow_torchvision()\n"
        "import torchvision\n"
        "print('fine')\n"
    )
    assert printed(code) == "fine"
