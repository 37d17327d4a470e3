"""Chapter 13: PAC learning, concentration, uniform convergence and the VC dimension."""
