/** The gateway's HTTP API. Every failure is an `ApiError` with the problem details in it. */

/** @typedef {import("./types.js").Comparison} Comparison */
/** @typedef {import("./types.js").Dancer} Dancer */
/** @typedef {import("./types.js").Report} Report */
/** @typedef {import("./types.js").Video} Video */

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

/** @param {string} id */
const pathOf = (id) => `/v1/comparisons/${encodeURIComponent(id)}`;

/** Addresses of what belongs to a comparison. @param {string} id */
export const linksOf = (id) => ({
  events: `${pathOf(id)}/events`,
  report: `${pathOf(id)}/report.json`,
  errors: `${pathOf(id)}/errors.json`,
  video: `${pathOf(id)}/side_by_side.mp4`,
  referenceMotion: `${pathOf(id)}/motions/reference.npz`,
  takeMotion: `${pathOf(id)}/motions/take.npz`,
  page: `/comparisons/${encodeURIComponent(id)}`,
});

/** @param {string} id @returns {Promise<Comparison>} */
export const getComparison = (id) => request(pathOf(id));

/** @param {string} id @returns {Promise<Report>} */
export const getReport = (id) => request(linksOf(id).report);

/** @param {string} id @returns {Promise<Video>} */
export const getVideo = (id) => request(`/v1/videos/${encodeURIComponent(id)}`);

/** Newest first. @returns {Promise<Comparison[]>} */
export const listComparisons = async () => (await request("/v1/comparisons")).items;

/**
 * @param {{ reference_video_id: string, take_video_id: string, model?: string, mirrored?: boolean,
 *   skeletons_only?: boolean, align?: string, reference_dancer?: Dancer | null, take_dancer?: Dancer | null }} options
 * @returns {Promise<Comparison>}
 */
export const createComparison = (options) => post("/v1/comparisons", options);

/** @param {string} path @param {unknown} body */
export const post = (path, body) =>
  request(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

/** Asks for the work to stop. @param {string} id */
export const cancelComparison = (id) => request(`${pathOf(id)}/cancel`, { method: "POST" });

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
    xhr.open("POST", "/v1/videos");
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
