"""Item and user representations, retrieval channels and their fusion."""
