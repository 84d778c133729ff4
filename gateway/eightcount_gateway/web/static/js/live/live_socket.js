/** The connection of a live session. It comes back by itself when it breaks. */

import { ApiError } from "../api.js";
import { packFrame, packKeypoints } from "./messages.js";

/** @typedef {import("./messages.js").Message} Message */
/** @typedef {import("./messages.js").Moment} Moment */
/** @typedef {import("./messages.js").Ready} Ready */
/** @typedef {import("./messages.js").Start} Start */

const PATH = "/v1/live";
const FINISH = JSON.stringify({ type: "finish" });
const RETRY_MS = 500;
/** Frames are left out while so much of earlier ones has not left: late frames help nobody. */
const MAX_WAITING_BYTES = 200_000;
/** Close codes after which coming back is of no use: done, refused, too large, taken over. */
const FINAL = new Set([1000, 1008, 1009, 4001]);

/** Sends frames, and hands on what the server says. */
export class LiveSocket {
  /** @type {(message: Message) => void} */
  onmessage = () => {};
  /**
   * Called with true when the connection breaks, with false when it is back.
   * @type {(isLost: boolean) => void}
   */
  onlost = () => {};
  /**
   * Called when the session has ended without a result.
   * @type {(problem: Error) => void}
   */
  onfail = () => {};
  /** @type {WebSocket | null} */
  #socket = null;
  /** @type {Ready | null} */
  #ready = null;
  #isOver = false;
  #isFinishing = false;
  #lostAt = 0;

  /** Begins a session. @param {Start} start @returns {Promise<Ready>} */
  open(start) {
    return new Promise((resolve, reject) => {
      this.#connect({ type: "start", ...start }, resolve, reject);
    });
  }

  /** @param {ArrayBuffer} image @param {Moment} moment */
  sendFrame(image, moment) {
    this.#send(() => packFrame(image, moment));
  }

  /** @param {Float32Array | null} values of the keypoints; null when nobody was found @param {Moment} moment */
  sendKeypoints(values, moment) {
    this.#send(() => packKeypoints(values, moment));
  }

  /** @param {() => Uint8Array<ArrayBuffer>} pack */
  #send(pack) {
    const socket = this.#socket;
    if (socket?.readyState === WebSocket.OPEN && socket.bufferedAmount <= MAX_WAITING_BYTES) socket.send(pack());
  }

  /** Asks for the result; where the connection is lost at the moment, as soon as it is back. */
  finish() {
    this.#isFinishing = true;
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(FINISH);
  }

  /** Leaves the session; its result is lost. */
  close() {
    this.#isOver = true;
    this.#socket?.close(1000);
  }

  /**
   * @param {object} first
   * @param {(ready: Ready) => void} resolve
   * @param {(problem: Error) => void} reject
   */
  #connect(first, resolve, reject) {
    const url = new URL(PATH, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.onopen = () => socket.send(JSON.stringify(first));
    socket.onmessage = ({ data }) => {
      /** @type {Message} */
      const message = JSON.parse(data);
      if (message.type === "ready") {
        this.#ready = message;
        this.#lostAt = 0;
        if (this.#isFinishing) socket.send(FINISH);
        resolve(message);
      } else if (message.type === "error") {
        this.#isOver = true;
        const problem = new ApiError(message.detail, message.reason, 0);
        reject(problem);
        if (this.#ready) this.onfail(problem);
      } else {
        if (message.type === "result") this.#isOver = true;
        this.onmessage(message);
      }
    };
    socket.onclose = ({ code }) => this.#leave(code, reject);
  }

  /** @param {number} code @param {(problem: Error) => void} reject */
  #leave(code, reject) {
    const problem = new ApiError("The connection to the server was lost.", "NETWORK", 0);
    if (this.#isOver) return;
    if (!this.#ready) return reject(problem);
    this.#lostAt ||= performance.now();
    const isTooLate = performance.now() - this.#lostAt > 1000 * this.#ready.resume_seconds;
    if (FINAL.has(code) || isTooLate) {
      this.#isOver = true;
      this.onfail(problem);
      return;
    }
    this.onlost(true);
    setTimeout(() => this.#resume(), RETRY_MS);
  }

  #resume() {
    if (this.#isOver || !this.#ready) return;
    this.#connect({ type: "resume", session: this.#ready.session }, () => this.onlost(false), () => undefined);
  }
}
