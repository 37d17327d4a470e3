"""The energy landscape of Chapter 12: all critical points of linear networks, their valleys, and slices of deep ones."""
