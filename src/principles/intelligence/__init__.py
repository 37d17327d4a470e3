"""Chapter 1: neurons as logic and as electricity, codes, search with a learned prior, and the first machine that learned."""
