"""Why no machine computes every function: the flipped diagonal."""

from itertools import product

import numpy as np
from jaxtyping import Int

from principles import validation
from principles.signatures import checked


def flipped_diagonal(table: Int[np.ndarray, "n n"]) -> Int[np.ndarray, " n"]:
    """A function that no row of the table computes (Section 1.2): 1 - table[k, k] at input k.

    >>> flipped_diagonal(np.array([[0, 1], [1, 1]])).tolist()
    [1, 0]
    """
    table = np.asarray(table)
    if table.ndim != 2 or table.shape[0] != table.shape[1]:
        raise ValueError(f"table must be square, a row for each program; got shape {table.shape}")
    if not np.isin(table, (0, 1)).all():
        raise ValueError("table must hold outputs 0 or 1")
    return 1 - np.diag(table)


def all_tables(n: int) -> Int[np.ndarray, "tables n n"]:
    """Every list of n programs with outputs 0 or 1 on n inputs."""
    cells = validation.count("n", n, most=4) ** 2
    return np.array(list(product((0, 1), repeat=cells))).reshape(-1, n, n)


@checked
def rows_equal_to_their_diagonal(tables: Int[np.ndarray, "tables n n"]) -> Int[np.ndarray, " tables"]:
    """For each list, how many of its programs compute its flipped diagonal (Section 1.2); always none."""
    return np.array([(table == flipped_diagonal(table)).all(axis=1).sum() for table in tables])
