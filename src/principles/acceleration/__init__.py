"""Chapter 10: heavy ball, Nesterov's method, and the differential equation behind them."""
