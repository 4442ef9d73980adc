"""Money of a case beyond what is received: claims, suspensions, what settlements come to, distribution of proceeds."""
