"""Stochastic gradient descent, and SGD as a Markov chain (Chapter 11)."""
