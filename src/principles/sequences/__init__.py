"""Chapter 8: the Kalman filter, recurrent networks, attention, and models of text."""
