"""Style models over HTTP."""

from eightcount_common.errors import BusyError


def test_models_are_listed_with_what_they_know(gateway):
    models = {model["name"]: model for model in gateway.client.get("/v1/style-models").json()["items"]}
    assert models["starter"] == {
        "name": "starter", "version": "3f2a9c41d0be", "family": "pose", "styles": ["ballet", "hip_hop"],
        "origin": "pretrained", "is_default": True, "size_bytes": 4096, "created_at": None, "balanced_accuracy": 0.87,
    }  # fmt: skip
    assert models["mine"]["balanced_accuracy"] is None


def test_a_model_comes_with_its_card(gateway):
    model = gateway.client.get("/v1/style-models/mine").json()
    assert (model["name"], model["card"]) == ("mine", "# mine\n\nKnows <b>two</b> styles.\n")


def test_a_model_that_is_not_there_is_a_problem(gateway):
    response = gateway.client.get("/v1/style-models/yours")
    assert (response.status_code, response.json()["reason"]) == (404, "MODEL_NOT_FOUND")


def test_a_busy_classifier_is_a_problem(gateway, backends):
    backends.errors["ListModels"] = BusyError("all workers are busy")
    assert gateway.client.get("/v1/style-models").status_code == 429


def test_models_come_in_pages(gateway):
    everything = [one["name"] for one in gateway.client.get("/v1/style-models").json()["items"]]
    found, cursor = [], None
    while cursor is not None or not found:
        page = gateway.client.get("/v1/style-models", params={"limit": 1} | ({"cursor": cursor} if cursor else {}))
        found += [one["name"] for one in page.json()["items"]]
        cursor = page.json()["next_cursor"]
    assert found == everything


def test_added_styles_are_listed_by_name(gateway, new_video):
    videos = [gateway.upload(new_video + bytes([number])) for number in range(2)]
    for name in ("zouk_of_ours", "bachata_of_ours"):
        answer = gateway.client.post("/v1/style-additions", json={"name": name, "video_ids": videos})
        assert answer.status_code == 202, answer.text
        assert gateway.finished(answer.json()["id"], "style-additions")["status"] == "succeeded"
    names = [one["name"] for one in gateway.client.get("/v1/styles").json()["items"]]
    assert names == sorted(names)
    assert {"zouk_of_ours", "bachata_of_ours"} <= set(names)
