"""What the embedded model learns to see from: drawings with names, and items with pictures."""
