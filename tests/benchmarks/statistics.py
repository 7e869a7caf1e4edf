"""The little arithmetic that measuring takes."""

from __future__ import annotations

import math
from collections.abc import Iterable
from statistics import median

__all__ = ["median", "quantile"]


def quantile(values: Iterable[float], share: float) -> float:
    """The smallest value that so great a share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)]
