"""`python -m dispatch` is the command line."""

from dispatch.cli.main import main

if __name__ == "__main__":
    main()
