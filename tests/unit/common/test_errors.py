"""The errors of the domain and the table that maps them to gRPC statuses."""

from __future__ import annotations

import pickle
import subprocess
import sys

import grpc
import pytest

from eightcount_common import errors
from eightcount_common.errors import EightcountError, FieldViolation, InvalidInputError, UnavailableError
from eightcount_common.rpc.errors import STATUS_OF_ERROR, status_code
from eightcount_common.weights import WeightsError

CLASSES = [
    kind for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, EightcountError) and kind is not EightcountError
]  # fmt: skip


def test_every_error_class_has_a_grpc_status_of_its_own():
    assert set(STATUS_OF_ERROR) == set(CLASSES)
    assert len(set(STATUS_OF_ERROR.values())) == len(CLASSES)


def test_a_subclass_has_the_status_of_its_ancestor():
    assert status_code(WeightsError("missing")) is grpc.StatusCode.UNAVAILABLE
    assert status_code(EightcountError("unknown")) is grpc.StatusCode.INTERNAL


@pytest.mark.parametrize("kind", CLASSES)
def test_an_error_survives_pickling_with_everything_it_knows(kind):
    error = kind("wrong", reason="WRONG", field_violations=[FieldViolation("x", "is required")], retry_after_seconds=3)
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is kind
    assert vars(copy) == vars(error)


def test_missing_weights_are_no_reason_to_retry():
    assert issubclass(WeightsError, UnavailableError)
    assert not WeightsError.retryable


def test_the_errors_load_no_transport():
    code = (
        "import sys, eightcount_common.errors as e; sys.exit(any(m in sys.modules for m in ('grpc', 'http', 'google')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert InvalidInputError("x").message == "x"
