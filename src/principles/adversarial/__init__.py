"""Chapter 16: two-sample tests, discriminators, and generators trained against them."""
