"""Changes of the weights that a network's output does not notice."""

import numpy as np
from jaxtyping import Float, Int

from principles import validation
from principles.backpropagation.layers import backward_pass, forward_pass, layers_of
from principles.backpropagation.network import Network, flatten
from principles.signatures import checked


@checked
def rescale(net: Network, *, layer: int, factor: float | np.ndarray) -> Network:
    """S_l → S_l α and S_{l+1} → S_{l+1} / α: the scale symmetry of ReLU networks (Section 4.3).

    Args:
        net: the network.
        layer: l, from 1; for l = L the matrix above is v.
        factor: α, one number, or one for each hidden unit. The output stays the same for α > 0 only,
            so other values are allowed here: they show what goes wrong.

    Raises:
        ValueError: if there is no such layer or a factor is zero.
    """
    matrices, l = _pick(net, layer)
    units = matrices[l].shape[1]
    α = validation.array("factor", factor, ndim=(0, 1))
    α = np.full(units, α) if α.ndim == 0 else validation.array("factor", α, shape=(units,))
    if (α == 0).any():
        raise ValueError("factor must not be zero; the layer above is divided by it")
    matrices[l], matrices[l + 1] = matrices[l] * α, matrices[l + 1] / α[:, None]
    return Network(tuple(matrices[:-1]), matrices[-1], net.activation)


@checked
def permute(net: Network, *, layer: int, permutation: Int[np.ndarray, " p"]) -> Network:
    """S_l → S_l T and S_{l+1} → T^T S_{l+1}: the permutation symmetry of hidden units (Section 4.3).

    Args:
        net: the network.
        layer: l, from 1.
        permutation: π; the new unit j is the old unit π(j).

    Raises:
        ValueError: if there is no such layer or `permutation` is none.
    """
    matrices, l = _pick(net, layer)
    T = permutation_matrix(permutation, size=matrices[l].shape[1])
    matrices[l], matrices[l + 1] = matrices[l] @ T, T.T @ matrices[l + 1]
    return Network(tuple(matrices[:-1]), matrices[-1], net.activation)


@checked
def permute_without_transpose(net: Network, *, layer: int, permutation: Int[np.ndarray, " p"]) -> Network:
    """S_l → S_l T and S_{l+1} → T S_{l+1}, which keeps the output only where T is its own inverse."""
    matrices, l = _pick(net, layer)
    T = permutation_matrix(permutation, size=matrices[l].shape[1])
    matrices[l], matrices[l + 1] = matrices[l] @ T, T @ matrices[l + 1]
    return Network(tuple(matrices[:-1]), matrices[-1], net.activation)


@checked(counts=("size",))
def permutation_matrix(permutation: Int[np.ndarray, " p"], *, size: int) -> Float[np.ndarray, "p p"]:
    """T with S T = S[:, π].

    Raises:
        ValueError: if `permutation` does not hold 0, ..., size - 1 once each.
    """
    if sorted(np.asarray(permutation).tolist()) != list(range(size)):
        raise ValueError(f"permutation must hold each of 0, ..., {size - 1} once; got {permutation}")
    return np.eye(size)[:, permutation]


@checked
def scale_tangent(net: Network, *, layer: int) -> Float[np.ndarray, " weights"]:
    """(..., S_l, -S_{l+1}, ...): the direction in which `rescale` sets out at α = 1, as one long vector.

    Args:
        net: the network.
        layer: l, from 1.
    """
    matrices, l = _pick(net, layer)
    parts = [np.zeros_like(matrix) for matrix in matrices]
    parts[l], parts[l + 1] = matrices[l], -matrices[l + 1]
    return flatten(Network(tuple(parts[:-1]), parts[-1], net.activation))


@checked
def independent_directions(net: Network, X: Float[np.ndarray, "n d"]) -> int:
    """Rank of the Jacobian of all outputs on X: along how many directions of weight space anything changes.

    Args:
        net: a network with one output.
        X: inputs; take more than there are weights.
    """
    return int(np.linalg.matrix_rank(jacobian(net, X), tol=1e-8))


@checked
def jacobian(net: Network, X: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "n weights"]:
    """dŷ/dw of a network with one output, a row an input, by backpropagating 1 from each output.

    Args:
        net: a network with one output.
        X: inputs, a row a sample.
    """
    layers, rows = layers_of(net), []
    X = validation.array("X", X, shape=(None, net.weights[0].shape[0]))
    if net.v.shape[1] != 1:
        raise ValueError(f"net must have one output; v has {net.v.shape[1]} columns")
    for x in X:
        bars, _ = backward_pass(layers, forward_pass(layers, x[None]), np.ones((1, 1)))
        rows.append(np.concatenate([bar.ravel() for bar in bars]))
    return np.array(rows)


def _pick(net, layer):
    validation.count("layer", layer, most=len(net.S))
    return list(net.weights), layer - 1
