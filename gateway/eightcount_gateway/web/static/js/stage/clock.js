/** The time of a dance, with the part of a media element's face that `Player` uses. The music leads where there is some. */

/**
 * Seconds of a dance. Music that sounds is the clock, so that the figure waits where the music waits for the network;
 * without music, and after its end, time goes by itself.
 *
 * Events, as of a media element: `play`, `pause`, `ended`, `seeked`, `timeupdate`, `ratechange`; and `silent` when the music broke off.
 */
export class DanceClock extends EventTarget {
  /** @type {HTMLMediaElement | null} */
  #music;
  #duration;
  #playing = false;
  #rate = 1;
  /** Where the clock stands by itself, and since when (of `performance.now()`) it goes on from there. */
  #own = { seconds: 0, sinceMs: 0 };
  /** Whether the music says what time it is. */
  #led;
  #frame = 0;

  /** @param {number} durationS of the dance @param {HTMLMediaElement | null} music with its metadata loaded */
  constructor(durationS, music) {
    super();
    this.#duration = durationS;
    this.#music = music;
    this.#led = music !== null;
    music?.addEventListener("pause", () => this.#musicPaused());
    music?.addEventListener("ended", () => this.#musicEnded());
    music?.addEventListener("error", () => this.#fallSilent());
    music?.addEventListener("timeupdate", () => this.#stopAtEnd());
    music?.addEventListener("seeked", () => this.#say("seeked"));
  }

  get duration() {
    return this.#duration;
  }

  get paused() {
    return !this.#playing;
  }

  get currentTime() {
    return Math.min(this.#led && this.#music ? this.#music.currentTime : this.#ownTime(), this.#duration);
  }

  set currentTime(seconds) {
    this.#moveTo(Math.min(Math.max(0, seconds), this.#duration)).catch(() => undefined);
    this.#say("seeked");
  }

  get playbackRate() {
    return this.#rate;
  }

  set playbackRate(rate) {
    this.#setOwn(this.#ownTime());
    this.#rate = rate;
    if (this.#music) this.#music.playbackRate = rate;
    this.#say("ratechange");
  }

  /** Null where there is no music. */
  get muted() {
    return this.#music && this.#music.muted;
  }

  set muted(muted) {
    if (this.#music) this.#music.muted = muted === true;
  }

  /** From the start again when it stands at the end. Fails where the browser does not let the music sound. */
  async play() {
    if (this.#playing) return;
    this.#playing = true;
    await this.#moveTo(this.currentTime >= this.#duration ? 0 : this.currentTime);
    if (!this.#playing) return;
    this.#say("play");
    this.#run();
  }

  pause() {
    if (!this.#playing) return;
    this.#setOwn(this.currentTime);
    this.#playing = false;
    this.#music?.pause();
    cancelAnimationFrame(this.#frame);
    this.#say("timeupdate");
    this.#say("pause");
  }

  /** Stops for good and lets go of the music. */
  dispose() {
    this.pause();
    this.#music?.removeAttribute("src");
    this.#music?.load();
    this.#music = null;
    this.#led = false;
  }

  /** The music leads as far as it reaches; behind it the clock goes by itself. @param {number} seconds */
  async #moveTo(seconds) {
    const music = this.#music;
    this.#led = music !== null && !(seconds >= music.duration);
    this.#setOwn(seconds);
    if (!music) return;
    if (!this.#led) music.pause();
    else if (music.currentTime !== seconds) music.currentTime = seconds;
    if (this.#led && this.#playing && music.paused) await this.#sound(music);
  }

  /** Stops where the browser refuses; a wish that another one overtook ("AbortError") is none. @param {HTMLMediaElement} music */
  async #sound(music) {
    try {
      await music.play();
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return;
      this.pause();
      throw error;
    }
  }

  #ownTime() {
    const { seconds, sinceMs } = this.#own;
    return this.#playing ? seconds + ((performance.now() - sinceMs) / 1000) * this.#rate : seconds;
  }

  /** @param {number} seconds */
  #setOwn(seconds) {
    this.#own = { seconds, sinceMs: performance.now() };
  }

  #run() {
    this.#stopAtEnd();
    if (this.#playing) this.#frame = requestAnimationFrame(() => this.#run());
  }

  #stopAtEnd() {
    if (!this.#playing || this.currentTime < this.#duration) return;
    this.pause();
    this.#say("ended");
  }

  /**
   * By a key of the keyboard or by another application. At its end the music pauses, too, and the dance goes on; and it may
   * have been sent back to the start of a loop since.
   */
  #musicPaused() {
    if (this.#led && this.#music?.paused && !this.#music.ended) this.pause();
  }

  #musicEnded() {
    if (!this.#playing || !this.#music?.ended) return;
    this.#setOwn(this.#music.duration);
    this.#led = false;
  }

  #fallSilent() {
    if (!this.#music) return;
    this.#setOwn(this.currentTime);
    this.#music = null;
    this.#led = false;
    this.#say("silent");
  }

  /** @param {string} name */
  #say(name) {
    this.dispatchEvent(new Event(name));
  }
}

/**
 * The first of these recordings whose sound this browser plays.
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
