"""Data augmentation, and the losses of regression and classification (Chapter 6)."""
