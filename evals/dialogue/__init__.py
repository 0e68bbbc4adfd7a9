"""Simulated people with hidden goals, and what is judged of their conversations, all by code."""
