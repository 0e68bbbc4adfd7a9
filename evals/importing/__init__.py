"""Public sets of dialogues and preferences that a user may hold, read into evaluation cases."""
