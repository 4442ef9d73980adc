"""Membership at the gateway: applying, examining, approving, deciding, leaving."""
