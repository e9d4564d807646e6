"""Medians, geometric means, and intervals that assume nothing about a distribution."""

import math
import statistics


def median(values):
    return statistics.median(values)


def geometric_mean(values):
    values = [value for value in values if value and value > 0]
    return math.exp(sum(math.log(value) for value in values) / len(values)) if values else None


def interval(values, coverage=0.95):
    """The narrowest pair of order statistics that holds the median with that probability.

    With fewer than six values there is none; then it is the smallest and largest value.
    """
    ordered = sorted(values)
    count = len(ordered)
    best = (ordered[0], ordered[-1])
    for rank in range(1, count // 2 + 1):
        outside = 2 * sum(math.comb(count, k) for k in range(rank)) / 2**count
        if 1 - outside < coverage:
            break
        best = (ordered[rank - 1], ordered[count - rank])
    return best
