"""Chapter 5: convolutions, four ways to compute them, and what they do for a network."""
