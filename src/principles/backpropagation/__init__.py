"""Deep fully-connected networks and the backpropagation algorithm (Chapter 4)."""
