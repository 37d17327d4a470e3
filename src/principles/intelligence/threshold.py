"""Neurons as logic: units that fire when a weighted sum of 0/1 inputs reaches a threshold."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int, Num

from principles import validation
from principles.signatures import checked


@dataclass(frozen=True)
class Neuron:
    """A McCulloch–Pitts neuron (Section 1.2): it fires, 1, when the weighted sum of its inputs reaches the threshold, else 0."""

    weights: tuple[float | int, ...]
    threshold: float | int


AND, OR, NOT = Neuron((1, 1), 2), Neuron((1, 1), 1), Neuron((-1,), 0)


@dataclass(frozen=True)
class Network:
    """Two layers of threshold neurons: every hidden one sees the inputs, the output neuron sees the hidden ones."""

    hidden: tuple[Neuron, ...]
    output: Neuron


def inputs(n: int) -> Int[np.ndarray, "rows n"]:
    """All 2ⁿ settings of n binary inputs, a row each, counting upwards.

    >>> inputs(2).tolist()
    [[0, 0], [0, 1], [1, 0], [1, 1]]
    """
    validation.count("n", n, most=16)
    return (np.arange(2**n)[:, None] >> np.arange(n)[::-1]) & 1


@checked
def fires(neuron: Neuron, x: Num[np.ndarray, "*rows n"]) -> Int[np.ndarray, "*rows"]:
    """Output of a McCulloch–Pitts neuron (Section 1.2), 1[w·x ≥ θ].

    Args:
        neuron: weights w and threshold θ.
        x: inputs, 0 or 1; the last axis is as long as w.

    Raises:
        ValueError: if the inputs are not binary or do not match the weights.

    >>> fires(AND, inputs(2)).tolist(), fires(OR, inputs(2)).tolist()
    ([0, 0, 0, 1], [0, 1, 1, 1])
    """
    x = validation.array("x", x)
    if x.shape[-1] != len(neuron.weights):
        raise ValueError(f"x must have one input per weight; got {x.shape[-1]} inputs and {len(neuron.weights)} weights")
    _binary("x", x)
    return np.asarray(x @ np.array(neuron.weights, float) >= neuron.threshold).astype(int)


def _binary(name, x):
    if not np.isin(x, (0, 1)).all():
        raise ValueError(f"{name} must be binary, 0 or 1; got {x[~np.isin(x, (0, 1))][0]:g}")


@checked
def respond(network: Network, x: Num[np.ndarray, "*rows n"]) -> Int[np.ndarray, "*rows"]:
    """Output of a two-layer network of McCulloch–Pitts neurons (Section 1.2)."""
    if not network.hidden:
        _binary("x", x)
        return np.full(np.shape(x)[:-1], int(network.output.threshold <= 0))
    return fires(network.output, np.stack([fires(neuron, x) for neuron in network.hidden], axis=-1))


XOR = Network((OR, AND), Neuron((1, -1), 1))


def network_for(table: Num[np.ndarray, " rows"]) -> Network:
    """A two-layer network for any Boolean function (Section 1.2): one hidden neuron for each input that must give 1.

    That neuron has weight +1 where its input is 1 and -1 where it is 0, so only this
    very input reaches the threshold; the output neuron is an OR.

    Args:
        table: the 2ⁿ wanted outputs, in the order of `inputs(n)`.

    Raises:
        ValueError: if the table is not binary or its length no power of two.
    """
    table = validation.array("table", table, ndim=1)
    n = int(np.log2(len(table)))
    if 2**n != len(table) or n < 1:
        raise ValueError(f"table must have 2, 4, 8, ... entries; got {len(table)}")
    if not np.isin(table, (0, 1)).all():
        raise ValueError("table must be binary, 0 or 1")
    wanted = inputs(n)[table == 1]
    hidden = tuple(Neuron(tuple((2 * row - 1).tolist()), int(row.sum())) for row in wanted)
    return Network(hidden, Neuron((1,) * len(hidden), 1))


@checked
def full_adder(
    a: Num[np.ndarray, "*rows"], b: Num[np.ndarray, "*rows"], carry: Num[np.ndarray, "*rows"]
) -> tuple[Int[np.ndarray, "*rows"], Int[np.ndarray, "*rows"]]:
    """Sum and carry of three bits, by two McCulloch–Pitts neurons (Section 1.2).

    The carry neuron fires when at least two inputs do. The sum neuron sees the same inputs
    and is inhibited twice over by the carry.

    >>> one = np.array(1)
    >>> [int(bit) for bit in full_adder(one, one, one)]
    [1, 1]
    """
    x = np.stack([a, b, carry], axis=-1)
    new_carry = fires(Neuron((1, 1, 1), 2), x)
    total = fires(Neuron((1, 1, 1, -2), 1), np.concatenate([x, new_carry[..., None]], axis=-1))
    return total, new_carry


@checked
def add(a: Int[np.ndarray, "*rows"], b: Int[np.ndarray, "*rows"], *, bits: int) -> Int[np.ndarray, "*rows"]:
    """Sum of two whole numbers by a chain of full adders (Section 1.2), two neurons a bit.

    Args:
        a: a number from 0 to 2^bits - 1, or an array of them.
        b: another.
        bits: how many binary places the machine has; the last carry is kept.

    Raises:
        ValueError: if a number does not fit into the bits.
    """
    validation.count("bits", bits, most=30)
    for name, value in (("a", a), ("b", b)):
        if np.min(value) < 0 or np.max(value) >= 2**bits:
            raise ValueError(f"{name} must fit into {bits} bits, 0 to {2**bits - 1}; got {np.min(value)} to {np.max(value)}")
    total, carry = np.zeros_like(a), np.zeros_like(a)
    for place in range(bits):
        bit, carry = full_adder(np.asarray(a >> place & 1), np.asarray(b >> place & 1), carry)
        total = total + (bit << place)
    return np.asarray(total + (carry << bits))
