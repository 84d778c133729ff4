"""Networks of each variant: read once, when they are first wanted, and shared by all calls."""

from __future__ import annotations

import threading

import cv2
import numpy as np

from eightcount_pose.engine import CROP_SIDE, DETECTOR_SIDE, PoseEngine
from eightcount_pose.models import DETECTOR, LANDMARKS, Variant
from eightcount_pose.openvino_engine import OpenVinoNetworks
from eightcount_pose.settings import PoseSettings
from eightcount_pose.weights import find


class EngineLoader:
    """Gives out engines; safe to use from several threads."""

    def __init__(self, settings: PoseSettings) -> None:
        self._settings = settings
        self._networks: dict[Variant, OpenVinoNetworks] = {}
        self._lock = threading.Lock()

    def engine(self, variant: Variant) -> PoseEngine:
        """An engine for one thread.

        Raises:
            WeightsError: the weights are missing or damaged.
        """
        with self._lock:
            if variant not in self._networks:
                self._networks[variant] = self._load(variant)
            return self._networks[variant].engine()

    def warm_up(self) -> None:
        """Loads the default networks and runs them once, so that the first call waits for nothing."""
        cv2.setNumThreads(1)  # one thread per call; the calls share the cores
        engine = self.engine(self._settings.default_variant)
        engine.detect(np.zeros((1, DETECTOR_SIDE, DETECTOR_SIDE, 3), np.float32))
        engine.regress(np.zeros((1, CROP_SIDE, CROP_SIDE, 3), np.float32))

    def _load(self, variant: Variant) -> OpenVinoNetworks:
        folder = self._settings.weights
        return OpenVinoNetworks(
            find(folder, DETECTOR),
            find(folder, LANDMARKS[variant]),
            precision=self._settings.precision,
            concurrency=self._settings.max_workers,
        )
