"""What the embedded image generator learns from, and how it learns."""
