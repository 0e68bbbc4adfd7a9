"""Tastemaker: a generative recommendation agent."""

from .torchvision_on_cpu import allow_torchvision

__version__ = "0.1.0"

allow_torchvision()
