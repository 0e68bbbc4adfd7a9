"""Channels: each scores items for a person's history in its own way; fusion joins them."""
