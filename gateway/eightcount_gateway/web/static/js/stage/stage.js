/** The 3D stage: a figure dances to the music, seen from any side, at any speed, whole or in loops. */

import { el } from "../dom.js";
import { listenForKeys } from "../keyboard.js";
import { loopButton } from "../loop_button.js";
import { Player, playerControls } from "../player.js";
import { clock } from "../text.js";
import { toggle } from "../toggle.js";
import { CameraWork } from "./camera.js";
import { DanceClock } from "./clock.js";
import { DanceScene, readFigure } from "./scene.js";
import { CountStrip } from "./strip.js";

/** @typedef {import("../api_types.js").CountBody} DanceCount */
/** @typedef {import("./strip.js").Stretch} Stretch */

const RATES = [0.25, 0.5, 0.75, 1];
const VIEW_KEYS = "On the stage: drag or use the arrow keys to turn, wheel, pinch or + − to zoom, 0 to return to the front";
const PLAY_KEYS = "Space: play or pause · ← →: one count · Shift + ← →: eight counts · Esc: stop the loop · Shift + drag on the strip: loop a stretch";

/** A dance on a stage. `element` is what the page shows; `dispose` frees the graphics card and the music. */
export class Stage {
  #scene;
  #camera;
  #clock;
  #player;
  #strip;
  #drawing = 0;
  #ended = new AbortController();
  #dark = matchMedia("(prefers-color-scheme: dark)");
  #calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  #canvas = el("canvas", { class: "view", tabindex: 0, role: "application", "aria-label": "The dancer", "aria-describedby": "view-keys" });
  #count = el("span", { class: "count", "aria-hidden": "true" });
  #viewport = el("div", { class: "viewport" }, this.#canvas, this.#count);
  element;

  /**
   * @param {import("three/addons/loaders/GLTFLoader.js").GLTF} figure
   * @param {{ seconds: number, counts: DanceCount[], guessed: boolean, music: HTMLMediaElement | null, hadMusic: boolean }} dance
   */
  constructor(figure, { seconds, counts, guessed, music, hadMusic }) {
    this.#scene = new DanceScene(this.#canvas, figure);
    this.#camera = new CameraWork(this.#scene.camera, this.#canvas, () => this.#redraw(), () => this.#scene.place());
    this.#camera.follows = !this.#calm;
    this.#clock = new DanceClock(seconds, music);
    const timeline = counts.length ? counts : Array.from({ length: Math.ceil(seconds) }, (_, start_s) => ({ start_s }));
    this.#player = new Player(this.#clock, { startS: 0, durationS: seconds, timeline });
    this.#strip = new CountStrip(counts, seconds, {
      onSeek: (second) => this.#player.seek(second), onLoop: (stretch) => this.#loop(stretch),
    });
    this.element = el("div", { class: "stage" }, this.#viewport, this.#strip.element,
      playerControls(this.#player, counts.length ? "count" : "second", RATES), this.#switches(music !== null),
      el("p", { class: "muted note silent-note", role: "note", hidden: music !== null || !hadMusic }, "The music cannot be played here; the dance continues without it."),
      guessed && el("p", { class: "muted note", role: "note" }, "The music does not show where the eight-counts begin; the counts may be shifted."),
      el("p", { class: "keys muted" }, PLAY_KEYS),
      el("p", { class: "keys muted", id: "view-keys" }, VIEW_KEYS));
    this.#connect();
  }

  /** Seconds of the dance that is shown. */
  get time() {
    return this.#player.time;
  }

  pause() {
    this.#clock.pause();
  }

  dispose() {
    if (this.#ended.signal.aborted) return;
    this.#ended.abort();
    this.#clock.dispose();
    cancelAnimationFrame(this.#drawing);
    this.#camera.dispose();
    this.#scene.dispose();
  }

  #connect() {
    const { signal } = this.#ended;
    this.#player.addEventListener("time", () => this.#show(), { signal });
    this.#player.addEventListener("loop", () => this.#strip.setLoop(this.#player.loop), { signal });
    this.#clock.addEventListener("silent", () => this.#showSilentNote(), { signal });
    this.#dark.addEventListener("change", () => this.#colour(), { signal });
    this.#canvas.addEventListener("webglcontextrestored", () => this.#redraw(), { signal });
    listenForKeys(this.#player, () => this.element.isConnected && this.element.offsetParent !== null);
    const shape = new ResizeObserver(() => this.#resize());
    shape.observe(this.#viewport);
    signal.addEventListener("abort", () => shape.disconnect());
    this.#scene.pose(0);
    this.#camera.reset();
    this.#colour();
    this.#show();
  }

  #show() {
    const seconds = this.#player.time;
    this.#scene.pose(seconds);
    this.#camera.follow(seconds);
    this.#strip.setTime(seconds);
    const count = this.#strip.countAt(seconds)?.count;
    this.#count.textContent = count ? String(count) : "";
    this.#count.classList.toggle("one", count === 1);
    this.#redraw();
  }

  /** Draws once before the next frame of the screen, however much has changed. */
  #redraw() {
    cancelAnimationFrame(this.#drawing);
    this.#drawing = requestAnimationFrame(() => this.#scene.draw());
  }

  #resize() {
    const { clientWidth, clientHeight } = this.#viewport;
    if (!clientWidth || !clientHeight) return;
    this.#scene.resize(clientWidth, clientHeight);
    this.#camera.fit();
    this.#scene.draw();
  }

  #colour() {
    this.#scene.setColours(this.#dark.matches);
    this.#redraw();
  }

  /** Loops a stretch; choosing the looped one again ends the loop. @param {Stretch} stretch */
  #loop({ startS, endS }) {
    const current = this.#player.loop;
    if (current?.startS === startS && current.endS === endS) this.#player.setLoop(null);
    else this.#player.setLoop({ startS, endS, label: `${clock(startS)} to ${clock(endS)}` });
  }

  /** @param {boolean} sounds */
  #switches(sounds) {
    return el("div", { class: "controls switches" },
      toggle("Mirror", false, (on) => {
        this.#scene.setMirrored(on);
        this.#show();
      }),
      toggle("Follow", this.#camera.follows, (on) => this.#camera.setFollows(on)),
      sounds && toggle("Sound", true, (on) => (this.#clock.muted = !on)),
      loopButton(this.#player, (seconds) => this.#strip.snapped(seconds)),
      el("div", { class: "group view-buttons", role: "group", "aria-label": "View" },
        el("button", { type: "button", "aria-label": "Zoom out", onclick: () => this.#camera.zoom(-1) }, "−"),
        el("button", { type: "button", "aria-label": "Zoom in", onclick: () => this.#camera.zoom(1) }, "+"),
        el("button", { type: "button", "aria-label": "View from the front", onclick: () => this.#camera.reset() }, "Front")));
  }

  #showSilentNote() {
    const note = this.element.querySelector(".silent-note");
    if (note instanceof HTMLElement) note.hidden = false;
  }
}

/**
 * Reads a figure and builds its stage.
 * @param {ArrayBuffer} data the figure as binary glTF
 * @param {{ seconds: number, counts: DanceCount[], guessed: boolean, music: HTMLMediaElement | null, hadMusic: boolean }} dance
 */
export async function openStage(data, dance) {
  return new Stage(await readFigure(data), dance);
}
