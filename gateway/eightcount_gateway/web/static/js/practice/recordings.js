/** Loads what the practice player shows: videos that this browser plays, and where the dancers are in them. */

import { contentUrl, request, videoUrl } from "../api.js";
import { el } from "../dom.js";
import { comparisons, extractions } from "../jobs_api.js";
import { Pane } from "./pane.js";
import { SkeletonTrack } from "./skeleton_track.js";

/** @typedef {import("../api_types.js").ComparisonBody} Comparison */
/** @typedef {import("../api_types.js").SkeletonTrackBody} SkeletonTrackBody */
/** @typedef {"reference" | "take"} Role */
/** @typedef {{ reference: Pane, take: Pane }} Recordings */

/** A browser that shows another part of the image, or another image, than the one in which the dancer was found. */
const SHAPE_TOLERANCE = 0.02;

/**
 * Null where one of them cannot be shown: a motion file, a deleted recording, a format that this browser does not play.
 * @param {Comparison} comparison
 * @returns {Promise<Recordings | null>}
 */
export async function loadRecordings(comparison) {
  try {
    const [reference, take] = await Promise.all([openRole(comparison, "reference", "Reference"), openRole(comparison, "take", "Take")]);
    return reference && take && { reference, take };
  } catch {
    return null;
  }
}

/** The recording of an extraction; null where it cannot be shown. @param {import("../jobs_api.js").Extraction} extraction @param {string} name @returns {Promise<Pane | null>} */
export async function loadRecording({ id, video_id }, name) {
  return openPane(await request(extractions.url(id, "skeleton.json")), video_id, name);
}

/** The address of a recording as this browser can play it best. @param {Comparison} comparison @param {Role} role */
export async function playableUrl(comparison, role) {
  return addressOf(await loadTrack(comparison, role), comparison[`${role}_video_id`]);
}

/** @param {SkeletonTrackBody} track @param {string} videoId */
const addressOf = (track, videoId) => (track.has_preview ? `${videoUrl(videoId)}/preview.mp4` : contentUrl(videoId));

/** @param {Comparison} comparison @param {Role} role @param {string} name */
const openRole = async (comparison, role, name) => openPane(await loadTrack(comparison, role), comparison[`${role}_video_id`], name);

/** @param {SkeletonTrackBody} body @param {string} videoId @param {string} name @returns {Promise<Pane | null>} */
async function openPane(body, videoId, name) {
  if (body.width === 0 || body.seconds.length === 0) return null;
  const video = await openVideo(addressOf(body, videoId), body.width / body.height);
  return video && new Pane(video, new SkeletonTrack(body), name);
}

/** Tracks by their address: each is loaded once. @type {Map<string, Promise<SkeletonTrackBody>>} */
const tracks = new Map();

/** @param {Comparison} comparison @param {Role} role @returns {Promise<SkeletonTrackBody>} */
function loadTrack({ id }, role) {
  const url = comparisons.url(id, `skeletons/${role}.json`);
  const track = tracks.get(url) ?? request(url);
  tracks.set(url, track);
  return track;
}

/** A video that shows an image of this shape; null where the browser cannot. @param {string} src @param {number} shape width by height @returns {Promise<HTMLVideoElement | null>} */
function openVideo(src, shape) {
  const video = el("video", { src, preload: "auto", playsinline: true });
  return new Promise((resolve) => {
    video.addEventListener("loadedmetadata", () => {
      const shown = video.videoWidth / video.videoHeight;
      resolve(Math.abs(shown / shape - 1) < SHAPE_TOLERANCE ? video : null);
    }, { once: true });
    video.addEventListener("error", () => resolve(null), { once: true });
  });
}
