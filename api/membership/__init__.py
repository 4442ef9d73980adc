"""`xiezhi join` and `xiezhi membership`: what a court signs with its own keys, on its own machine."""
