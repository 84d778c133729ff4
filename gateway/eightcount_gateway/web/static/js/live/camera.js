/** The camera, and its frames: as JPEG files for the server, as bitmaps for a worker of this page. */

/** Longest side of what is sent, in pixels: networks look at 256 x 256 pixels around the dancer. */
const MAX_SIDE = 640;
const JPEG_QUALITY = 0.8;
const VIDEO = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 }, facingMode: "user" };
/** What helps speech ruins music: it is all switched off. */
const SOUND = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };

/** Shows the camera in a video element, and tells of its frames while it runs. */
export class Camera {
  /**
   * Called for each frame with the time in milliseconds of `performance.now` at which it was taken.
   * @type {(takenMs: number) => void}
   */
  onframe = () => {};
  /** Called when the camera is taken away. */
  onend = () => {};
  #video;
  #canvas = document.createElement("canvas");
  #sample = document.createElement("canvas");
  /** @type {MediaStream | null} */
  #stream = null;

  /** @param {HTMLVideoElement} video */
  constructor(video) {
    this.#video = video;
  }

  /** Size of the frames in pixels; changes when a phone is turned. */
  get size() {
    const { videoWidth, videoHeight } = this.#video;
    const scale = Math.min(1, MAX_SIDE / Math.max(videoWidth, videoHeight, 1));
    return { width: Math.max(16, Math.round(videoWidth * scale)), height: Math.max(16, Math.round(videoHeight * scale)) };
  }

  /** Mean brightness of the image, 0 to 255. */
  get brightness() {
    const side = 16;
    Object.assign(this.#sample, { width: side, height: side });
    const context = this.#sample.getContext("2d", { alpha: false, willReadFrequently: true });
    if (!context || !this.#video.videoWidth) return 255;
    context.drawImage(this.#video, 0, 0, side, side);
    const { data } = context.getImageData(0, 0, side, side);
    return data.reduce((sum, value, i) => sum + (i % 4 === 3 ? 0 : value), 0) / (3 * side * side);
  }

  /** What the camera and the microphone give; null while they are off. */
  get stream() {
    return this.#stream;
  }

  /** Asks for permission and shows the camera. @param {boolean} withSound @throws {DOMException} there is none, or the dancer refuses */
  async open(withSound) {
    this.#stream = await navigator.mediaDevices.getUserMedia({ video: VIDEO, audio: withSound && SOUND });
    for (const track of this.#stream.getTracks()) track.addEventListener("ended", () => this.onend());
    this.#video.srcObject = this.#stream;
    await this.#video.play();
    this.#video.requestVideoFrameCallback((now, frame) => this.#take(now, frame));
  }

  close() {
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#stream = null;
    this.#video.srcObject = null;
  }

  /** The frame that is shown; null when it cannot be encoded. @returns {Promise<ArrayBuffer | null>} */
  async takeJpeg() {
    const { width, height } = this.size;
    Object.assign(this.#canvas, { width, height });
    this.#canvas.getContext("2d", { alpha: false })?.drawImage(this.#video, 0, 0, width, height);
    /** @type {Blob | null} */
    const blob = await new Promise((resolve) => this.#canvas.toBlob(resolve, "image/jpeg", JPEG_QUALITY));
    return blob && blob.arrayBuffer();
  }

  /** The frame that is shown; whoever takes it closes it. */
  takeBitmap() {
    const { width, height } = this.size;
    return createImageBitmap(this.#video, { resizeWidth: width, resizeHeight: height, resizeQuality: "low" });
  }

  /** @param {number} now @param {VideoFrameCallbackMetadata} frame */
  #take(now, frame) {
    if (!this.#stream) return;
    this.#video.requestVideoFrameCallback((later, next) => this.#take(later, next));
    if (this.#video.videoWidth) this.onframe(frame.captureTime ?? now);
  }
}

/** Whether something was thrown because there is no camera. @param {unknown} error */
export const isCameraError = (error) => !navigator.mediaDevices || error instanceof DOMException;

/** Why there is no camera, for people. @param {unknown} error */
export function describeCameraError(error) {
  if (!navigator.mediaDevices) return "Browsers give the camera to secure pages only: open this page over https, or on the server's own machine.";
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError") return "The camera was not allowed. Allow it for this page in the browser's address bar, and try again.";
  if (name === "NotFoundError") return "No camera was found. Connect one, and try again.";
  if (name === "NotReadableError") return "The camera is used by another program. Close that, and try again.";
  return error instanceof Error ? error.message : String(error);
}
