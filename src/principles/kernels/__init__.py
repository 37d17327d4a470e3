"""Kernels of Chapter 3: feature maps, kernel functions, dual algorithms, Mercer's theorem, random features."""
