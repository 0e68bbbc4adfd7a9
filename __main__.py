"""`python -m tastemaker`."""

from .cli import main

main()
