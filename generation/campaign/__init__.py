"""Campaigns: one brief in, thousands of personal assets out, resumable, reviewed, at any scale."""
