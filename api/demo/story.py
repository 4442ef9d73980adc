"""SC-01, told through the public API: a car is found and seized two provinces away, in three days.

Two lines per step: what the officer sees, and what the gateway saw of it. Invariant: every act can be repeated (a key or
a version guards it), so the story goes on through restarts of any process.
"""
