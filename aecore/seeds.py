"""Seeds: what is random follows from one, in NumPy, PyTorch, scikit-learn and openTSNE alike."""

from aecore.messages import N_, out_of_range

HIGHEST = 2**31 - 1  # that all of them take


def check_seed(seed: object) -> None:
    """Raise Problem unless it is a whole number from 0 to HIGHEST."""
    if not isinstance(seed, int) or isinstance(seed, bool) or not 0 <= seed <= HIGHEST:
        raise out_of_range(N_("seed"), seed, 0, HIGHEST)
