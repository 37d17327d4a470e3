"""Chapter 9: convexity, gradient descent, its rates, and the limits of first-order methods."""
