"""`python -m tolsey` runs the program, where no `PATH` leads to it."""

from tolsey._program import main

main()
