"""The client knows every collection and every field of the gateway's OpenAPI document."""

from __future__ import annotations

import dataclasses

import pytest

from eightcount_client import Client
from eightcount_client.cli.commands.data import RESOURCES
from eightcount_client.values import dances, deletions, jobs, media, reports, requests, styles
from tests.fakes.contract import document

CLASSES = {
    "AddedStyle": styles.Style, "Alignment": reports.Alignment, "AlignmentCandidate": reports.AlignmentCandidate,
    "AlignmentRequest": requests.AlignmentRequest, "AlignmentSegment": reports.AlignmentSegment,
    "ClassificationBody": jobs.Classification, "ClassificationRequest": requests.ClassificationRequest,
    "ClassificationResult": styles.ClassificationResult, "ComparisonBody": jobs.Comparison,
    "ComparisonReport": reports.Report, "ComparisonRequest": requests.ComparisonRequest, "CountBody": dances.Count,
    "DanceBody": jobs.Dance, "DanceCounts": dances.DanceCounts, "DanceModelCard": dances.DanceModel,
    "DanceRequest": requests.DanceRequest, "DanceResult": dances.DanceResult,
    "DanceTrainingBody": jobs.DanceTraining, "DanceTrainingRequest": requests.DanceTrainingRequest,
    "DanceTrainingResult": dances.DanceTrainingResult, "DancerBody": requests.Dancer,
    "DeletionBody": deletions.Deletion, "EditBody": requests.DanceEdit, "ErrorBody": jobs.JobError,
    "ExtractionBody": jobs.Extraction, "ExtractionRequest": requests.ExtractionRequest,
    "FeedbackSentence": reports.Feedback, "FrameErrorsBody": reports.FrameErrors, "JointReport": reports.JointScore,
    "KeptBody": deletions.KeptResource, "KeyPoseBody": requests.KeyPose, "Media": media.Media,
    "Moment": reports.Moment, "MotionBody": media.Motion, "RejectedBody": styles.RejectedRecording,
    "ReportModels": reports.ReportModels, "ReportWarning": reports.ReportWarning, "ResourceBody": deletions.ResourceRef,
    "SkeletonBody": media.Skeleton, "SourceSegmentBody": dances.SourceSegment, "StepBody": jobs.Step,
    "StyleAdditionBody": jobs.StyleAddition, "StyleAdditionRequest": requests.StyleAdditionRequest,
    "StyleAdditionResult": styles.StyleAdditionResult, "StyleModelCard": styles.StyleModel,
    "StyleTrainingBody": jobs.StyleTraining, "StyleTrainingItem": requests.TrainingItem,
    "StyleTrainingRequest": requests.StyleTrainingRequest, "StyleTrainingResult": styles.StyleTrainingResult,
    "TimelineEntry": reports.TimelineEntry, "VideoBody": media.Video, "WindowBody": styles.StyleWindow,
}  # fmt: skip
"""Schema of the document -> class of the client."""
OTHERS = {
    "DanceModel",  # the card without its text
    "DanceTrainingItem",  # fewer fields than an item of a style training
    "FieldError", "Problem",  # read by protocol/problems.py
    "KnownVideoRequest",  # arguments of `find_known_video`
    "Health", "Readiness", "ReadinessProblem",  # for probes
    "StyleModel",  # the card without its text
    "StyleTrainingReport",  # a file that people and programs read as JSON
}  # fmt: skip


def schemas():
    found = document()["components"]["schemas"]
    return {name: schema for name, schema in found.items() if not name.startswith("Page_")}


def test_every_schema_has_a_class():
    assert set(schemas()) == set(CLASSES) | OTHERS


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_has_the_fields_of_its_schema(name):
    fields = {field.name for field in dataclasses.fields(CLASSES[name])} - {"raw"}
    assert fields == set(schemas()[name]["properties"])


def test_every_collection_can_be_used_and_listed_by_the_command():
    collections = {
        path.split("/")[2] for path, methods in document()["paths"].items() if path.count("/") == 2 and "get" in methods
    }
    assert collections == set(RESOURCES)
    with Client("http://127.0.0.1:9") as client:
        assert all(hasattr(client, name.replace("-", "_")) for name in collections)
