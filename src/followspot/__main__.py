"""`python -m followspot` is the command."""

from followspot.cli import main

main()
