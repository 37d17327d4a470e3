"""The min-max game of a GAN where everything can be computed: Gaussian data on the line.

Data are N(m, s²). The generator is g_v(z) = v_0 + v_1 z, so its rows are N(v_0, v_1²). The
discriminator's logit is a_u(x) = u_0 + u_1 x + u_2 x², a family that holds the ideal one.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Float
from scipy import optimize
from scipy.special import expit

from principles.signatures import checked
from principles.validation import array, number


@dataclass(frozen=True)
class Gaussian:
    """N(mean, std²) on the line."""

    mean: float
    std: float

    def __post_init__(self):
        number("mean", self.mean), number("std", self.std, above=0)

    def nodes(self, points=80):
        """Points and weights with E f(x) = Σ weight · f(point)."""
        z, w = _hermite(points)
        return self.mean + self.std * z, w


@cache
def _hermite(points):
    z, w = np.polynomial.hermite_e.hermegauss(points)
    return z, w / w.sum()


@checked
def logit(u: Float[np.ndarray, "3"], x: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """a_u(x) = u_0 + u_1 x + u_2 x²."""
    u = array("u", u, shape=(3,))
    return u[0] + u[1] * x + u[2] * x**2


@checked
def best_discriminator(data: Gaussian, generated: Gaussian) -> Float[np.ndarray, "3"]:
    """The u whose logit is log p - log q: the ideal discriminator of two Gaussians (16.5).

    >>> best_discriminator(Gaussian(0.0, 1.0), Gaussian(2.0, 1.0))
    array([ 2., -2.,  0.])
    """
    (m, s), (μ, σ) = (data.mean, data.std), (generated.mean, generated.std)
    return np.array([
        μ**2 / (2 * σ**2) - m**2 / (2 * s**2) + np.log(σ / s),
        m / s**2 - μ / σ**2,
        1 / (2 * σ**2) - 1 / (2 * s**2),
    ])  # fmt: skip


@checked
def population_value(u: Float[np.ndarray, "3"], data: Gaussian, generated: Gaussian) -> float:
    """E_p log d_u + E_q log(1 - d_u), the value that v lowers and u raises (16.6).

    >>> round(population_value(np.zeros(3), Gaussian(0.0, 1.0), Gaussian(1.0, 2.0)) + np.log(4), 12)
    0.0
    """
    (x, w), (y, r) = data.nodes(), generated.nodes()
    return float(-w @ np.logaddexp(0, -logit(u, x)) - r @ np.logaddexp(0, logit(u, y)))  # (16.6)


@checked
def inner_maximum(data: Gaussian, generated: Gaussian) -> float:
    """max over u of the value, found by a general-purpose maximiser; what is left for v to lower (16.6)."""
    start = np.zeros(3)
    found = optimize.minimize(lambda u: -population_value(u, data, generated), start, method="BFGS", options={"gtol": 1e-9})
    return float(-found.fun)


@checked
def generate(v: Float[np.ndarray, "2"], z: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """g_v(z) = v_0 + v_1 z."""
    v = array("v", v, shape=(2,))
    return v[0] + v[1] * array("z", z, ndim=1)


@checked
def sample_terms(
    u: Float[np.ndarray, "3"], v: Float[np.ndarray, "2"], data: Float[np.ndarray, " n"], z: Float[np.ndarray, " m"]
) -> tuple[Float[np.ndarray, " n"], Float[np.ndarray, " m"]]:
    """log d_u(xⁱ) for each datum and log(1 - d_u(g_v(z))) for each latent; the means add up to (16.7)."""
    return -np.logaddexp(0, -logit(u, data)), -np.logaddexp(0, logit(u, generate(v, z)))  # (16.7)


@checked
def pathwise_gradients(u: Float[np.ndarray, "3"], v: Float[np.ndarray, "2"], z: Float[np.ndarray, " n"]):
    """∇_v log(1 - d_u(g_v(z))) for each z, by the chain rule through x = g_v(z), a row a draw."""
    x = generate(v, z)
    slope, z = -expit(logit(u, x)) * (u[1] + 2 * u[2] * x), array("z", z, ndim=1)
    return np.stack([slope, slope * z], axis=1)


@checked
def score_gradients(u: Float[np.ndarray, "3"], v: Float[np.ndarray, "2"], z: Float[np.ndarray, " n"]):
    """log(1 - d_u(x)) ∇_v log q_v(x) at x = g_v(z), a row a draw: the same mean without a derivative of d."""
    value, z = -np.logaddexp(0, logit(u, generate(v, z))), array("z", z, ndim=1)
    if v[1] == 0:
        raise ValueError("v must have a second entry other than 0: the law of one point has no score")
    return np.stack([value * z, value * (z**2 - 1)], axis=1) / v[1]


@checked
def log_one_minus(a: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """log(1 - d) at the logit a: the generator's term as printed."""
    return -np.logaddexp(0, array("a", a, ndim=1))


@checked
def minus_log(a: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """-log d at the logit a: the term that does not saturate."""
    return np.logaddexp(0, -array("a", a, ndim=1))


@checked
def generator_pull(generated: Gaussian, data: Gaussian, *, saturating: bool) -> float:
    """The slope of the generator's loss in v_0 against the ideal discriminator.

    Args:
        generated, data: the two laws.
        saturating: log(1 - d), or else -log d.
    """
    u = best_discriminator(data, generated)
    x, w = generated.nodes()
    a, slope = logit(u, x), u[1] + 2 * u[2] * x
    return float(w @ (-(expit(a) if saturating else expit(-a)) * slope))
