"""Models of styles over HTTP."""

from eightcount_common.errors import BusyError


def test_models_are_listed_with_what_they_know(gateway):
    models = gateway.client.get("/v1/style-models").json()["items"]
    assert models[0] == {
        "name": "starter", "version": "3f2a9c41d0be", "family": "pose", "styles": ["ballet", "hip_hop"],
        "origin": "pretrained", "is_default": True, "size_bytes": 4096, "created_at": None, "balanced_accuracy": 0.87,
    }  # fmt: skip
    assert (models[1]["name"], models[1]["balanced_accuracy"]) == ("mine", None)


def test_a_model_comes_with_its_card(gateway):
    model = gateway.client.get("/v1/style-models/mine").json()
    assert (model["name"], model["card"]) == ("mine", "# mine\n\nKnows <b>two</b> styles.\n")


def test_a_model_that_is_not_there_is_a_problem(gateway):
    response = gateway.client.get("/v1/style-models/yours")
    assert (response.status_code, response.json()["reason"]) == (404, "STYLE_MODEL_NOT_FOUND")


def test_a_busy_classifier_is_a_problem(gateway, backends):
    backends.errors["ListModels"] = BusyError("all workers are busy")
    assert gateway.client.get("/v1/style-models").status_code == 429
