"""Chapter 15: variational inference, variational auto-encoders, and diffusion models."""
