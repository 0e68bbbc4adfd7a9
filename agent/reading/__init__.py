"""From a message and the dialogue so far to a typed request."""
