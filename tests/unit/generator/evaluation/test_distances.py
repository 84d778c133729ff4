"""FID and diversity, on sets whose distance is known."""

import numpy as np
import pytest

from eightcount_common.errors import InvalidInputError
from eightcount_generator.evaluation.distribution.distances import diversity, fid, frechet_distance, standardise


def normal(rows, columns, *, seed=0):
    return np.random.default_rng(seed).normal(size=(rows, columns))


def test_sets_that_differ_by_a_shift_are_its_square_apart():
    rows = normal(50, 4)
    assert frechet_distance(rows, rows + np.array([3.0, 0.0, 4.0, 0.0])) == pytest.approx(25.0)


def test_in_one_dimension_the_distance_is_of_means_and_deviations():
    rows = normal(50, 1)
    assert frechet_distance(rows, 3 * rows) == pytest.approx((2 * rows.mean()) ** 2 + (2 * rows.std(ddof=1)) ** 2)


def test_covariances_that_do_not_commute_agree_with_the_square_root_of_their_product():
    one, other = normal(200, 3) @ normal(3, 3, seed=1), normal(200, 3, seed=2) @ normal(3, 3, seed=3)
    first, second = np.cov(one.T), np.cov(other.T)
    overlap = np.sqrt(np.linalg.eigvals(first @ second).astype(complex)).real.sum()
    wanted = ((one.mean(0) - other.mean(0)) ** 2).sum() + np.trace(first) + np.trace(second) - 2 * overlap
    assert frechet_distance(one, other) == pytest.approx(wanted)


def test_fewer_rows_than_columns_are_no_trouble():
    rows = normal(5, 30)
    assert frechet_distance(rows, rows) == pytest.approx(0.0, abs=1e-4)
    assert frechet_distance(rows, rows + 1.0) == pytest.approx(30.0)


def test_fid_does_not_depend_on_the_units_of_a_column():
    truth, found = normal(60, 3), normal(40, 3, seed=1) + 0.5
    units = np.array([1000.0, 1.0, 0.001])
    assert fid(truth * units, found * units) == pytest.approx(fid(truth, found))


def test_a_column_that_is_the_same_everywhere_changes_nothing():
    truth, found = normal(60, 3), normal(40, 3, seed=1)
    wider = [np.column_stack([rows, np.full(len(rows), 0.25)]) for rows in (truth, found)]
    assert fid(*wider) == pytest.approx(fid(truth, found))


def test_the_ground_truth_is_normalised_to_mean_nought_and_deviation_one():
    truth = normal(60, 3) * 5 + 2
    found = standardise(truth, truth)
    assert found.mean(axis=0) == pytest.approx(0.0, abs=1e-9)
    assert found.std(axis=0) == pytest.approx(1.0)


def test_diversity_is_the_mean_over_all_pairs():
    assert diversity(np.array([[0.0, 0.0], [3.0, 4.0], [0.0, 8.0]])) == pytest.approx((5 + 8 + 5) / 3)
    assert diversity(np.array([[1.0, 2.0]])) == 0.0


@pytest.mark.parametrize("shapes", [((1, 3), (5, 3)), ((5, 3), (5, 4)), ((5,), (5, 3))])
def test_sets_that_cannot_be_compared_are_refused(shapes):
    with pytest.raises(InvalidInputError) as error:
        frechet_distance(*(np.zeros(shape) for shape in shapes))
    assert error.value.reason == "INVALID_FEATURES"
