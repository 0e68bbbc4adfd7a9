"""Items, interactions and images: importers, demo packs, the folder they make, the opened store."""
