"""Encoders: items from their identity and contents, users from their ordered history."""
