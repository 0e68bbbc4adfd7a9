"""Tastemaker: a generative recommendation agent."""

__version__ = "0.1.0"
