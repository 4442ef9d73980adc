"""One POST to another program of the zone: an interface, the library behind it, and a small client of our own."""
