"""The mathematics of Principles of Deep Learning, one subpackage a chapter."""
