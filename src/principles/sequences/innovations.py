"""Is what the filter did not foresee really noise? Diagnostics of the standardised innovations."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy import stats

from principles.sequences.kalman import Filtered
from principles.signatures import checked
from principles.validation import array, count


@dataclass(frozen=True)
class Diagnosis:
    """Skewness, kurtosis, the normality statistic of Jarque and Bera, Ljung-Box Q, late over early variance, and p-values."""

    skewness: float
    kurtosis: float
    normality: float
    serial: float
    variance_ratio: float
    p_normality: float
    p_serial: float
    p_variance: float


@checked
def standardised(filtered: Filtered) -> np.ndarray:
    """e_t / √S_t, which are independent N(0, 1) if the model is right; the first is left out after a diffuse start.

    Args:
        filtered: from `kalman.run`.
    """
    seen = slice(1, None) if filtered.diffuse else slice(None)
    S = filtered.innovation_variances[seen].reshape((-1,) + (1,) * (filtered.innovations.ndim - 1))
    return filtered.innovations[seen] / np.sqrt(S)


@checked
def autocorrelations(z: Float[np.ndarray, " n"], lags: int) -> Float[np.ndarray, " lags"]:
    """Sample autocorrelations at lags 1, ..., `lags`; each is about N(0, 1/n) for white noise.

    Args:
        z: a series.
        lags: how many.
    """
    z = array("z", z, ndim=1)
    lags = count("lags", lags, most=len(z) - 1)
    z = z - z.mean()
    if not z.any():
        raise ValueError("z must not be constant; a constant has no autocorrelation")
    return np.array([z[k:] @ z[:-k] for k in range(1, lags + 1)]) / (z @ z)


@checked
def diagnose(z: Float[np.ndarray, " n"], *, lags: int) -> Diagnosis:
    """Normality, serial correlation and constancy of variance of a series that should be independent N(0, 1).

    Args:
        z: standardised innovations.
        lags: of the Ljung-Box statistic, at least 2; one degree of freedom goes to the fitted variance ratio.

    Source:
        Durbin and Koopman (2012), Section 2.12: the statistics N, Q(k) and H(h).
    """
    z, lags = array("z", z, ndim=1), count("lags", lags, least=2)
    ρ = autocorrelations(z, lags)
    n, h, c = len(z), round(len(z) / 3), z - z.mean()
    m2, m3, m4 = (np.mean(c**k) for k in (2, 3, 4))
    S, K = m3 / m2**1.5, m4 / m2**2
    N = n * (S**2 / 6 + (K - 3) ** 2 / 24)
    Q = n * (n + 2) * np.sum(ρ**2 / (n - np.arange(1, lags + 1)))
    H = np.sum(z[-h:] ** 2) / np.sum(z[:h] ** 2)
    p_H = 2 * min(stats.f.cdf(H, h, h), stats.f.sf(H, h, h))
    values = S, K - 3, N, Q, H, stats.chi2.sf(N, 2), stats.chi2.sf(Q, lags - 1), p_H
    return Diagnosis(*map(float, values))
