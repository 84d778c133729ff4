/** The clock of a dance, with those members of a media element that `Player` uses. Music, where there is any, drives it. */

/**
 * Seconds of a dance. While music plays, its position is the time, so that the figure waits when the music waits for the
 * network. Without music, and after its end, the time comes from `performance.now()`.
 *
 * Events, as of a media element: `play`, `pause`, `ended`, `seeked`, `timeupdate`, `ratechange`; and `silent` when the music failed.
 */
export class DanceClock extends EventTarget {
  /** @type {HTMLMediaElement | null} */
  #music;
  #duration;
  #playing = false;
  #rate = 1;
  /** The position of the clock without music, and the `performance.now()` at which it was taken. */
  #position = { seconds: 0, sinceMs: 0 };
  /** Whether the position of the music is the time. */
  #followsMusic;
  #frame = 0;

  /** @param {number} durationS of the dance @param {HTMLMediaElement | null} music with its metadata loaded */
  constructor(durationS, music) {
    super();
    this.#duration = durationS;
    this.#music = music;
    this.#followsMusic = music !== null;
    music?.addEventListener("pause", () => this.#onMusicPause());
    music?.addEventListener("ended", () => this.#onMusicEnd());
    music?.addEventListener("error", () => this.#dropMusic());
    music?.addEventListener("timeupdate", () => this.#stopAtEnd());
    music?.addEventListener("seeked", () => this.#emit("seeked"));
  }

  get duration() {
    return this.#duration;
  }

  get paused() {
    return !this.#playing;
  }

  get currentTime() {
    return Math.min(this.#followsMusic && this.#music ? this.#music.currentTime : this.#elapsedTime(), this.#duration);
  }

  set currentTime(seconds) {
    this.#moveTo(Math.min(Math.max(0, seconds), this.#duration)).catch(() => undefined);
    this.#emit("seeked");
  }

  get playbackRate() {
    return this.#rate;
  }

  set playbackRate(rate) {
    this.#setPosition(this.#elapsedTime());
    this.#rate = rate;
    if (this.#music) this.#music.playbackRate = rate;
    this.#emit("ratechange");
  }

  /** Null where there is no music. */
  get muted() {
    return this.#music && this.#music.muted;
  }

  set muted(muted) {
    if (this.#music) this.#music.muted = muted === true;
  }

  /** Plays, from the start when it is at the end. Rejects where the browser does not allow the music to play. */
  async play() {
    if (this.#playing) return;
    this.#playing = true;
    await this.#moveTo(this.currentTime >= this.#duration ? 0 : this.currentTime);
    if (!this.#playing) return;
    this.#emit("play");
    this.#run();
  }

  pause() {
    if (!this.#playing) return;
    this.#setPosition(this.currentTime);
    this.#playing = false;
    this.#music?.pause();
    cancelAnimationFrame(this.#frame);
    this.#emit("timeupdate");
    this.#emit("pause");
  }

  /** Stops for good and releases the music. */
  dispose() {
    this.pause();
    this.#music?.removeAttribute("src");
    this.#music?.load();
    this.#music = null;
    this.#followsMusic = false;
  }

  /** Seeks. The music drives the clock up to its end; after it the clock runs by itself. @param {number} seconds */
  async #moveTo(seconds) {
    const music = this.#music;
    this.#followsMusic = music !== null && !(seconds >= music.duration);
    this.#setPosition(seconds);
    if (!music) return;
    if (!this.#followsMusic) music.pause();
    else if (music.currentTime !== seconds) music.currentTime = seconds;
    if (this.#followsMusic && this.#playing && music.paused) await this.#playMusic(music);
  }

  /** Plays the music. Pauses where the browser refuses; an "AbortError" means that a later call took over. @param {HTMLMediaElement} music */
  async #playMusic(music) {
    try {
      await music.play();
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return;
      this.pause();
      throw error;
    }
  }

  #elapsedTime() {
    const { seconds, sinceMs } = this.#position;
    return this.#playing ? seconds + ((performance.now() - sinceMs) / 1000) * this.#rate : seconds;
  }

  /** @param {number} seconds */
  #setPosition(seconds) {
    this.#position = { seconds, sinceMs: performance.now() };
  }

  #run() {
    this.#stopAtEnd();
    if (this.#playing) this.#frame = requestAnimationFrame(() => this.#run());
  }

  #stopAtEnd() {
    if (!this.#playing || this.currentTime < this.#duration) return;
    this.pause();
    this.#emit("ended");
  }

  /**
   * Pauses with music that a media key or another application paused. At its end the music pauses, too, and the dance
   * continues; and a loop may have sent it back to its start since.
   */
  #onMusicPause() {
    if (this.#followsMusic && this.#music?.paused && !this.#music.ended) this.pause();
  }

  #onMusicEnd() {
    if (!this.#playing || !this.#music?.ended) return;
    this.#setPosition(this.#music.duration);
    this.#followsMusic = false;
  }

  #dropMusic() {
    if (!this.#music) return;
    this.#setPosition(this.currentTime);
    this.#music = null;
    this.#followsMusic = false;
    this.#emit("silent");
  }

  /** @param {string} name */
  #emit(name) {
    this.dispatchEvent(new Event(name));
  }
}

/**
 * Opens the first of these recordings whose sound this browser plays.
 * @param {string[]} addresses
 * @returns {Promise<HTMLMediaElement | null>}
 */
export async function openMusic(addresses) {
  for (const address of addresses) {
    const music = new Audio();
    music.preload = "auto";
    const opened = new Promise((resolve) => {
      music.addEventListener("loadedmetadata", () => resolve(true), { once: true });
      music.addEventListener("error", () => resolve(false), { once: true });
    });
    music.src = address;
    if (await opened) return music;
  }
  return null;
}
