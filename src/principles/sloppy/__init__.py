"""Chapter 14: the geometry of the space of models, sloppy spectra, and what they mean for optimization and generalization."""
