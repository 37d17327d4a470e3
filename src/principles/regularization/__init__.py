"""Bias, variance, weight decay, dropout and batch-normalisation: Chapter 7."""
