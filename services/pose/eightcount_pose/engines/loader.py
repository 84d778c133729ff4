"""Networks of each variant: loaded when they are first needed, and shared by all calls."""

from __future__ import annotations

import threading

import cv2
import numpy as np

from eightcount_pose.engines import ENGINES
from eightcount_pose.engines.base import CROP_SIDE, DETECTOR_SIDE, PoseEngine, PoseNetworks
from eightcount_pose.models import DETECTOR, LANDMARKS, Variant
from eightcount_pose.settings import PoseSettings
from eightcount_pose.weights import resolve_weights


class EngineLoader:
    """Creates engines; safe to use from several threads."""

    def __init__(self, settings: PoseSettings) -> None:
        self._settings = settings
        self._networks: dict[Variant, PoseNetworks] = {}
        self._lock = threading.Lock()

    def create_engine(self, variant: Variant) -> PoseEngine:
        """Return an engine for one thread.

        Raises:
            WeightsError: the weights are missing or damaged.
        """
        with self._lock:
            if variant not in self._networks:
                self._networks[variant] = self._load(variant)
            return self._networks[variant].create_engine()

    def warm_up(self) -> None:
        """Load the default networks and run them once, so that the first call does not wait for that."""
        cv2.setNumThreads(1)  # one thread per call; the calls share the cores
        engine = self.create_engine(self._settings.default_variant)
        engine.detect(np.zeros((1, DETECTOR_SIDE, DETECTOR_SIDE, 3), np.float32))
        engine.regress(np.zeros((1, CROP_SIDE, CROP_SIDE, 3), np.float32))

    def _load(self, variant: Variant) -> PoseNetworks:
        folder = self._settings.weights
        return ENGINES[self._settings.engine](
            resolve_weights(folder, DETECTOR),
            resolve_weights(folder, LANDMARKS[variant]),
            precision=self._settings.precision,
            concurrency=self._settings.max_workers,
        )
