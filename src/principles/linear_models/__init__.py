"""Linear models of Chapter 2: least squares, the perceptron, surrogate losses, stochastic gradient descent."""
