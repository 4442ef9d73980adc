"""`python -m api` is `xiezhi`."""

from api.cli import main

if __name__ == "__main__":
    main()
