/** "The beats are wrong? Set them yourself": a fold in which a user taps, or types, the beats of a recording. */

import { el } from "../dom.js";
import { CountLamps } from "./count_lamps.js";
import { NumberField } from "./number_field.js";
import { beatsText, buildBeats, findProblems } from "./own_beats.js";
import { pressButton } from "./press_button.js";
import { ReferencePlayer } from "./reference_player.js";
import { TapPanel } from "./tap_panel.js";
import { BPM_RANGE } from "./tap_run.js";

/** @typedef {import("../api_types.js").BeatsBody} Beats */
/** @typedef {import("./own_beats.js").Values} Values */
/** @typedef {import("./own_beats.js").Way} Way */

/** @type {[Way, string][]} */
const WAYS = [
  ["found", "Find the beats in the music"],
  ["tap", "Tap along"],
  ["type", "Type the tempo"],
  ["counts", "The beats are right, but not the counts"],
];
/** @type {[string, string][]} */
const METRES = [
  ["", "As found in the music, or 4/4"],
  ["4", "4/4, counted to eight"],
  ["3", "3/4, counted to six"],
  ["6", "6/8, counted to six (a beat is an eighth)"],
];
const DELAYS = "Wireless headphones play late, and taps come late with them: listen by a speaker or a cable. Then play the part again. If the counts above light up too late, enter a negative number of milliseconds; if too early, a positive one.";
const [SLOWEST_BPM, FASTEST_BPM] = BPM_RANGE;

/** Reads and fills the beats of a request. */
export class BeatsEditor {
  #root;
  #player;
  #taps;
  #lamps = new CountLamps();
  #ways;
  #body;
  #state = el("span", { class: "muted" });
  #metre;
  #one;
  #bpm;
  #beat;
  #count;
  #shift;
  /** Whether problems are shown: not before something was to be sent. */
  #isChecked = false;

  /** @param {HTMLDetailsElement} root @param {{ noun: string }} words the recording in a sentence, for example "reference" */
  constructor(root, { noun }) {
    const id = root.id;
    this.#root = root;
    this.#player = new ReferencePlayer(noun);
    this.#taps = new TapPanel(`${id}-taps`, this.#player);
    this.#ways = WAYS.map(([value, words]) => wayChoice(id, value, words));
    this.#bpm = new NumberField(`${id}-bpm`, { label: "Tempo, beats a minute", hint: `${SLOWEST_BPM} to ${FASTEST_BPM}`, min: SLOWEST_BPM, max: FASTEST_BPM });
    this.#beat = new NumberField(`${id}-beat`, { label: "A beat, in seconds", hint: `From the start of the ${noun}; any beat will do`, min: 0 });
    this.#count = new NumberField(`${id}-count`, { label: "Count of that beat", hint: "1 where counting begins", min: 1, max: 12, value: "1" });
    this.#shift = new NumberField(`${id}-shift`, { label: "Move all taps, milliseconds", hint: "Negative: earlier", value: "0" });
    this.#one = pressButton({ class: "one", keys: [" "] }, (ageS) => this.#markOne(ageS), "This is count 1");
    this.#metre = el("select", { id: `${id}-metre` }, ...METRES.map(([value, words]) => el("option", { value }, words)));
    this.#body = el("div", { class: "beats-body" }, ...this.#parts(id));
    root.append(
      el("summary", {}, "The beats are wrong? Set them yourself", " ", this.#state),
      el("p", { class: "muted" }, "Eightcount finds beats and counts in the music. Where that fails, you can say where they are."),
      el("fieldset", { class: "ways" }, el("legend", {}, "Beats and counts"), ...this.#ways.map(({ label }) => label)),
      this.#body);
    this.#listen();
    this.#show();
  }

  /** The recording that is played. @param {{ src: string, isMotion: boolean }} source `src` is empty where none is chosen */
  play(source) {
    this.#player.use(source);
    if (this.#root.open) this.#load();
  }

  /** Opens the fold for somebody who came to set the beats. */
  open() {
    this.#root.open = true;
    if (this.#way === "found") this.#setWay("tap");
    this.#root.scrollIntoView({ block: "start" });
    this.#root.querySelector("summary")?.focus();
  }

  /** Shows the beats of an earlier request. @param {Beats} beats */
  fill(beats) {
    const { bpm, taps_s: taps, first_beat_s: beatS, first_count: count, beats_per_bar: size } = beats;
    const isMarked = beatS !== null && beatS !== undefined;
    const start = isMarked ? beatS : taps?.[0];
    this.#taps.run.replace(taps ?? [], start === undefined ? null : { seconds: start, count: count ?? 1 });
    this.#bpm.fill(bpm);
    this.#beat.fill(beatS);
    this.#count.fill(count ?? 1);
    this.#metre.value = METRES.some(([value]) => value === String(size)) ? String(size) : "";
    this.#setWay(taps ? "tap" : bpm ? "type" : "counts");
  }

  /** The beats to send, if any; undefined when something is wrong, which is then said at its field. @returns {Beats | null | undefined} */
  read() {
    this.#player.pause();
    const problems = findProblems(this.#values);
    if (Object.keys(problems).length === 0) return buildBeats(this.#values);
    this.#root.open = this.#isChecked = true;
    this.#show();
    /** @type {HTMLElement | null} */
    const first = this.#root.querySelector("input[aria-invalid=true]");
    (problems.taps ? this.#taps : first)?.focus();
    return undefined;
  }

  /** @param {boolean} locked */
  set locked(locked) {
    this.#root.inert = locked;
  }

  /** @param {string} id */
  #parts(id) {
    const tap = el("div", { "data-way": "tap" }, this.#taps.element);
    const typed = el("div", { class: "beat-fields", "data-way": "type counts" },
      el("div", { "data-way": "type" }, this.#bpm.element), this.#beat.element, this.#count.element);
    const metre = el("div", { class: "number-field" }, el("label", { for: `${id}-metre` }, "Metre"), this.#metre);
    return [
      this.#player.element, this.#lamps.element, tap,
      el("p", { "data-way": "type counts" }, this.#one, " ", el("span", { class: "muted" }, "fills in the second that is being played.")),
      typed,
      el("div", { class: "beat-fields" }, metre, el("div", { "data-way": "tap" }, this.#shift.element)),
      el("p", { class: "muted", "data-way": "tap" }, DELAYS),
    ];
  }

  #listen() {
    this.#root.addEventListener("toggle", () => (this.#root.open ? this.#load() : this.#player.pause()));
    for (const name of ["input", "change"]) this.#root.addEventListener(name, () => this.#show());
    this.#taps.onchange = () => this.#show();
    this.#player.onmove = () => this.#light();
    this.#player.onchange = () => this.#show();
  }

  #load() {
    if (this.#way !== "found") this.#player.load();
  }

  get #way() {
    return this.#ways.find(({ input }) => input.checked)?.value ?? "found";
  }

  /** @param {Way} way */
  #setWay(way) {
    for (const { input, value } of this.#ways) input.checked = value === way;
    this.#show();
  }

  /** @returns {Values} */
  get #values() {
    const { times: taps, mark } = this.#taps.run;
    return {
      way: this.#way, taps, mark, shiftMs: this.#shift.value, bpm: this.#bpm.value, beatS: this.#beat.value, count: this.#count.value,
      beatsPerBar: this.#metre.value ? Number(this.#metre.value) : null,
    };
  }

  #show() {
    const way = this.#way;
    this.#body.hidden = way === "found";
    for (const part of this.#body.querySelectorAll("[data-way]")) {
      if (part instanceof HTMLElement) part.hidden = !part.dataset.way?.split(" ").includes(way);
    }
    this.#one.disabled = !this.#player.canPlay;
    this.#taps.show();
    const [beats, problems] = [buildBeats(this.#values), findProblems(this.#values)];
    this.#state.textContent = beats && Object.keys(problems).length === 0 ? `(${beatsText(beats)})` : "";
    this.#showProblems(this.#isChecked ? problems : {});
    if (this.#root.open) this.#load();
    if (way === "found") this.#player.pause();
    this.#light();
  }

  #light() {
    this.#lamps.show(buildBeats(this.#values), this.#player.secondsAgo());
  }

  /** @param {number} ageS */
  #markOne(ageS) {
    this.#beat.fill(Math.round(this.#player.secondsAgo(ageS) * 1000) / 1000);
    this.#count.fill(1);
    this.#show();
  }

  /** @param {import("./own_beats.js").Problems} problems */
  #showProblems(problems) {
    this.#taps.showProblem(problems.taps);
    this.#bpm.showProblem(problems.bpm);
    this.#beat.showProblem(problems.beat);
    this.#count.showProblem(problems.count);
    this.#shift.showProblem(problems.shift);
  }
}

/** @param {string} id @param {Way} value @param {string} words */
function wayChoice(id, value, words) {
  const input = el("input", { type: "radio", name: `${id}-way`, value, checked: value === "found" });
  return { value, input, label: el("label", { class: "check" }, input, el("span", {}, words)) };
}
