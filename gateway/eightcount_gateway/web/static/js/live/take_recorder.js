/** Records the take while one dances, for the full comparison afterwards. */

/** In order of preference: where a browser records MP4, it is trusted more than its WebM. */
const TYPES = ["video/mp4;codecs=avc1.42E01E,mp4a.40.2", "video/mp4", "video/webm;codecs=vp8,opus", "video/webm"];
const BITS_PER_SECOND = 4_000_000;
const CHUNK_MS = 1000;

/** Records one stream; begins anew with every dance. */
export class TakeRecorder {
  /** @type {MediaRecorder | null} */
  #recorder = null;
  /** @type {Blob[]} */
  #chunks = [];

  /** Begins a recording; what was recorded before is forgotten. @param {MediaStream} stream */
  start(stream) {
    this.#chunks = [];
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    this.#recorder = new MediaRecorder(stream, { ...(mimeType && { mimeType }), videoBitsPerSecond: BITS_PER_SECOND });
    this.#recorder.ondataavailable = ({ data }) => this.#chunks.push(data);
    this.#recorder.start(CHUNK_MS);
  }

  /** Leaves a part out: nothing is danced meanwhile. */
  pause() {
    if (this.#recorder?.state === "recording") this.#recorder.pause();
  }

  resume() {
    if (this.#recorder?.state === "paused") this.#recorder.resume();
  }

  get isRecording() {
    return this.#recorder !== null && this.#recorder.state !== "inactive";
  }

  /** Ends the recording. @returns {Promise<File | null>} null when nothing was recorded */
  async stop() {
    const recorder = this.#recorder;
    if (!recorder || recorder.state === "inactive") return null;
    await new Promise((resolve) => {
      recorder.addEventListener("stop", resolve, { once: true });
      recorder.stop();
    });
    const type = recorder.mimeType || "video/webm";
    const blob = new Blob(this.#chunks, { type });
    this.#chunks = [];
    return blob.size ? new File([blob], `take.${type.includes("mp4") ? "mp4" : "webm"}`, { type }) : null;
  }
}
