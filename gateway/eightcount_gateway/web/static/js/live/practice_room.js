/** The practice room: the dance beside the camera, a live session behind them. */

import { contentUrl } from "../api.js";
import { countIn, countSeconds } from "../count_in.js";
import { find } from "../dom.js";
import { Camera } from "./camera.js";
import { readDelay } from "./delay.js";
import { hintFor } from "./hints.js";
import { LiveSocket } from "./live_socket.js";
import { COLUMNS, LIVE_MODEL } from "./messages.js";
import { Overlay } from "./overlay.js";
import { PoseSource } from "./pose_source.js";
import { ReferenceClock } from "./reference_clock.js";
import { Scoreboard } from "./scoreboard.js";
import { StyleBar } from "./style_bar.js";
import { TakeRecorder } from "./take_recorder.js";

/** @typedef {import("../api_types.js").DancerBody} Dancer */
/** @typedef {import("./messages.js").Message} Message */
/** @typedef {import("./messages.js").Pose} Pose */
/** @typedef {import("./messages.js").Ready} Ready */
/** @typedef {import("./messages.js").Result} Result */

/** How often the light is measured. */
const LIGHT_MS = 1000;

/** A session lasts from when the camera is on until its result; a dance may be paused in it, and begun anew. */
export class PracticeRoom {
  /**
   * Called with the result of a session, null where none was asked for, and with the recording of the take where there is one.
   * @type {(result: Result | null, take: File | null) => void}
   */
  onresult = () => {};
  /**
   * Called when a session failed, or the camera was taken away.
   * @type {(error: unknown) => void}
   */
  onproblem = () => {};
  /** Called when a dance begins, is paused or ends. */
  onchange = () => {};
  /** @type {"closed" | "waiting" | "dancing" | "ending"} */
  state = "closed";
  #dance = /** @type {HTMLVideoElement} */ (find("#dance"));
  #camera = new Camera(/** @type {HTMLVideoElement} */ (find("#camera")));
  #source = new PoseSource(this.#camera);
  #overlay = new Overlay(/** @type {HTMLCanvasElement} */ (find("#overlay")));
  #board = new Scoreboard(find("#board"));
  #styles = new StyleBar(find("#style"));
  #clock = new ReferenceClock(this.#dance);
  #hint = find("#hint");
  #count = find("#count");
  #recorder = new TakeRecorder();
  #stopping = new AbortController();
  #brightness = 255;
  #isRecorded = false;
  #isScored = true;
  /** Null where nothing is copied, and only the style is named. @type {string | null} */
  #referenceId = null;
  /** @type {Dancer | null} */
  #dancer = null;
  /** @type {LiveSocket | null} */
  #socket = null;
  /** @type {Ready | null} */
  #ready = null;

  constructor() {
    this.#source.onimage = (image, takenMs) => this.#socket?.sendFrame(image, this.#momentOf(takenMs));
    this.#source.onpose = (values, takenMs) => this.#takePose(values, takenMs);
    this.#source.onmove = () => this.onchange();
    this.#source.onfail = (error) => this.#fail(error);
    this.#camera.onend = () => this.#fail(new Error("The camera was taken away. Turn it on again."));
    this.#dance.addEventListener("ended", () => this.finish());
    this.#dance.addEventListener("timeupdate", () => this.#showCount());
    document.addEventListener("visibilitychange", () => document.hidden && this.pause("Paused while this page was hidden. Nothing was judged meanwhile."));
    setInterval(() => this.state !== "closed" && (this.#brightness = this.#camera.brightness), LIGHT_MS);
  }

  /**
   * @param {string | null} videoId the dance to copy, whose motion has been extracted; null to name the style only
   * @param {Dancer | null} dancer null for the main dancer
   */
  show(videoId, dancer) {
    this.#referenceId = videoId;
    this.#dancer = dancer;
    if (videoId) this.#dance.src = contentUrl(videoId);
  }

  /** @param {number} rate */
  set speed(rate) {
    this.#dance.playbackRate = rate;
  }

  /** Id of the dance; null where nothing is copied. */
  get referenceId() {
    return this.#referenceId;
  }

  /** Whom to copy in it; null for the main dancer. */
  get dancer() {
    return this.#dancer;
  }

  /** Whether poses are found on this device. */
  get isLocal() {
    return this.#source.isLocal;
  }

  /** Chooses where poses are found, while the camera is on. @param {import("./pose_source.js").Place} place */
  async findPosesAt(place) {
    this.#hint.textContent = "Trying how fast this device is…";
    await this.#source.choose(place);
    this.#hint.textContent = "";
  }

  /**
   * Turns the camera on and opens a session; without points there is none, and the take is only recorded.
   * @param {{ mirrored: boolean, styles: boolean, recorded: boolean, scored: boolean, place: import("./pose_source.js").Place }} options
   * @throws there is no camera, or no session
   */
  async open({ mirrored, styles, recorded, scored, place }) {
    this.#isScored = scored;
    this.#isRecorded = recorded || !scored;
    await this.#camera.open(this.#isRecorded);
    try {
      if (scored) await this.findPosesAt(place);
      else this.#source.rest();
      await this.openSession({ mirrored, styles });
    } catch (error) {
      this.#source.close();
      this.#camera.close();
      this.#hint.textContent = "";
      throw error;
    }
  }

  /** Opens a session; one that is open is left. @param {{ mirrored: boolean, styles: boolean }} options */
  async openSession({ mirrored, styles }) {
    this.#socket?.close();
    this.#board.clear();
    this.#styles.clear();
    if (!this.#isScored) return this.#enter("waiting");
    const size = this.#camera.size;
    const socket = new LiveSocket();
    socket.onmessage = (message) => this.#take(message);
    socket.onlost = (isLost) => (this.#hint.textContent = isLost ? "The connection was lost. Trying again…" : "");
    socket.onfail = (error) => this.#fail(error);
    const start = { reference_video_id: this.#referenceId, reference_dancer: this.#dancer, model: LIVE_MODEL };
    this.#ready = await socket.open({ ...start, mirrored, styles: styles || !this.#referenceId, ...size });
    this.#socket = socket;
    this.#overlay.begin(this.#ready, size);
    this.#enter("waiting");
  }

  /** Counts in, and plays the dance from where it is. */
  async begin() {
    if (this.state !== "waiting") return;
    this.#enter("dancing");
    if (!this.#referenceId) return this.#record();
    this.#stopping = new AbortController();
    const { signal } = this.#stopping;
    const counts = this.#ready?.counts ?? [];
    await countIn(countSeconds(counts) / this.#dance.playbackRate, counts[0]?.counts_per_phrase ?? 8, (text) => (this.#count.textContent = text), signal);
    if (signal.aborted) return;
    this.#record();
    await this.#dance.play();
  }

  /** Stops the dance where it is; the session stays. @param {string} words */
  pause(words) {
    if (this.state !== "dancing") return;
    this.#halt();
    this.#hint.textContent = words;
    this.#enter("waiting");
  }

  /** Ends the session; its result follows. */
  finish() {
    if (this.state !== "dancing" && this.state !== "waiting") return;
    this.#halt();
    this.#dance.currentTime = 0;
    if (!this.#socket) return this.#close(null);
    this.#hint.textContent = "Working out the result…";
    this.#enter("ending");
    this.#socket.finish();
  }

  /** Begins the recording, or goes on with it. */
  #record() {
    if (!this.#isRecorded || !this.#camera.stream) return;
    if (this.#recorder.isRecording) this.#recorder.resume();
    else this.#recorder.start(this.#camera.stream);
  }

  #halt() {
    this.#stopping.abort();
    this.#dance.pause();
    this.#recorder.pause();
    this.#count.textContent = "";
  }

  /** What was danced to when a frame was taken. @param {number} takenMs */
  #momentOf(takenMs) {
    return { seconds: takenMs / 1000, referenceSeconds: this.#clock.secondsAt(takenMs - readDelay()), rate: this.#dance.playbackRate };
  }

  /** @param {Float32Array | null} values @param {number} takenMs */
  #takePose(values, takenMs) {
    if (!this.#socket) return;
    this.#socket.sendKeypoints(values, this.#momentOf(takenMs));
    this.#showPose({ keypoints: values && placesOf(values), several_people: false });
  }

  /** @param {Pick<Pose, "keypoints" | "several_people">} pose */
  #showPose(pose) {
    this.#overlay.draw(pose);
    this.#showHint(pose);
  }

  /** @param {Message} message */
  #take(message) {
    switch (message.type) {
      case "pose":
        this.#showPose(message);
        break;
      case "states":
        this.#overlay.mark(message.multiples);
        break;
      case "count":
        this.#board.addCount(message);
        break;
      case "eight_count":
        this.#board.addEightCount(message, this.#ready?.counts[0]?.counts_per_phrase ?? undefined);
        break;
      case "style":
        this.#styles.show(message);
        break;
      case "result":
        this.#socket = null;
        this.#close(message);
    }
  }

  /** Ends the dance, and hands over what there is of it. @param {Result | null} result */
  async #close(result) {
    this.#hint.textContent = "";
    this.#enter("closed");
    this.onresult(result, await this.#recorder.stop());
  }

  /** @param {Pick<Pose, "keypoints" | "several_people">} pose */
  #showHint(pose) {
    if (this.state === "ending" || !this.#ready) return;
    const words = hintFor(pose, { names: this.#ready.keypoints, height: this.#camera.size.height, brightness: this.#brightness });
    if (this.#hint.textContent !== words) this.#hint.textContent = words;
  }

  /** Shows the count that the dance is at. */
  #showCount() {
    if (this.#dance.paused) return;
    const now = this.#ready?.counts.findLast(({ start_s }) => start_s <= this.#dance.currentTime);
    this.#count.textContent = now?.count ? String(now.count) : "";
  }

  /** Ends the session without a result, and lets the camera go. @param {unknown} error */
  #fail(error) {
    this.#halt();
    this.#socket?.close();
    this.#socket = null;
    this.#overlay.clear();
    this.#source.close();
    this.#camera.close();
    this.#hint.textContent = "";
    this.#enter("closed");
    this.onproblem(error);
  }

  /** @param {"closed" | "waiting" | "dancing" | "ending"} state */
  #enter(state) {
    this.state = state;
    this.onchange();
  }
}

/** Pixels and visibility of every keypoint. @param {Float32Array} values @returns {[number, number, number][]} */
const placesOf = (values) => Array.from({ length: values.length / COLUMNS }, (_, i) =>
  [values[COLUMNS * i], values[COLUMNS * i + 1], values[COLUMNS * i + COLUMNS - 1]]);
