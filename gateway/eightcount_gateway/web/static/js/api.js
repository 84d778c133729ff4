/** The gateway's HTTP API. Every failure is an `ApiError` with the problem details in it. */

/** @typedef {import("./api_types.js").VideoBody} Video */

/** Endings of motion files, whose ids stand for recordings wherever only the motion is needed. */
const MOTION_FILE = /\.(npz|bvh|bvh\.gz|pkl|glb)$/i;

/** A failed request: a message for people and a machine-readable reason. */
export class ApiError extends Error {
  /**
   * @param {string} message
   * @param {string} reason
   * @param {number} status 0 when no answer came
   */
  constructor(message, reason, status) {
    super(message);
    this.reason = reason;
    this.status = status;
  }
}

/** The address of a recording. @param {string} id */
export const videoUrl = (id) => `/v1/videos/${encodeURIComponent(id)}`;

/** The address of the recording's bytes. @param {string} id */
export const contentUrl = (id) => `${videoUrl(id)}/content`;

/** @param {string} id @returns {Promise<Video>} */
export const getVideo = (id) => request(videoUrl(id));

/** Whether a file of this name is a motion, which has neither image nor sound. @param {string} name */
export const isMotionFile = (name) => MOTION_FILE.test(name);

/** A video, or a motion from a file that stands for one. @param {string} id @returns {Promise<{ id: string, name: string, isMotion: boolean }>} */
export async function getRecording(id) {
  const video = await getVideo(id).catch(() => null);
  if (video) return { id, name: video.file_name, isMotion: false };
  /** @type {import("./api_types.js").MotionBody} */
  const motion = await request(`/v1/motions/${encodeURIComponent(id)}`);
  return { id, name: motion.file_name, isMotion: true };
}

/** The file name of a recording; `fallback` where it cannot be had. @param {string} id @param {string} fallback */
export const nameOfVideo = async (id, fallback) => (await getVideo(id).catch(() => null))?.file_name ?? fallback;

/** @param {string} path @param {unknown} body */
export const post = (path, body) =>
  request(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

/**
 * Uploads a file. XMLHttpRequest, because fetch cannot tell how many bytes have left.
 * @param {File} file
 * @param {(sentBytes: number, totalBytes: number) => void} onProgress
 * @param {AbortSignal} signal
 * @returns {Promise<Video>}
 */
export function uploadVideo(file, onProgress, signal) {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    const form = new FormData();
    form.append("file", file, file.name);
    xhr.upload.onprogress = (event) => onProgress(Math.min(event.loaded, file.size), file.size);
    xhr.onload = () => (xhr.status < 300 ? resolve(JSON.parse(xhr.responseText)) : reject(problem(xhr.status, xhr.responseText)));
    xhr.onerror = () => reject(new ApiError("The upload was interrupted.", "NETWORK", 0));
    xhr.onabort = () => reject(new DOMException("The upload was cancelled.", "AbortError"));
    signal.addEventListener("abort", () => xhr.abort(), { once: true });
    xhr.open("POST", isMotionFile(file.name) ? "/v1/motions" : "/v1/videos");
    xhr.setRequestHeader("Accept", "application/json");
    xhr.send(form);
  });
}

/**
 * The answer's JSON; null when it is empty.
 * @param {string} path
 * @param {RequestInit} [options]
 * @returns {Promise<any>}
 */
export async function request(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new ApiError("The server cannot be reached.", "NETWORK", 0);
  }
  const text = await response.text();
  if (!response.ok) throw problem(response.status, text);
  return text ? JSON.parse(text) : null;
}

/**
 * @param {number} status
 * @param {string} body problem details (RFC 9457), or whatever a proxy in between answers
 */
function problem(status, body) {
  try {
    const { title, detail, reason } = JSON.parse(body);
    const words = typeof detail === "string" ? detail : title;
    if (words) return new ApiError(words, reason ?? `HTTP_${status}`, status);
  } catch {
    // Not JSON: the words below have to do.
  }
  return new ApiError(`The server answered with an error (${status}).`, `HTTP_${status}`, status);
}
