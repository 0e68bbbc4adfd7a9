"""HTTP endpoints, one file each."""
