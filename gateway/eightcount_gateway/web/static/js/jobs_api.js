/** The part of the HTTP API that every kind of job shares: start, list, get, follow, cancel, delete. */

import { post, request } from "./api.js";

/** @typedef {import("./api_types.js").ClassificationBody} Classification */
/** @typedef {import("./api_types.js").ClassificationRequest} ClassificationRequest */
/** @typedef {import("./api_types.js").ComparisonBody} Comparison */
/** @typedef {import("./api_types.js").ComparisonRequest} ComparisonRequest */
/** @typedef {import("./api_types.js").DanceBody} Dance */
/** @typedef {import("./api_types.js").DanceRequest} DanceRequest */
/** @typedef {import("./api_types.js").DeletionBody} Deletion */
/** @typedef {import("./api_types.js").ExtractionBody} Extraction */
/** @typedef {import("./api_types.js").ExtractionRequest} ExtractionRequest */
/** @typedef {import("./api_types.js").StyleAdditionBody} StyleAddition */
/** @typedef {import("./api_types.js").StyleAdditionRequest} StyleAdditionRequest */
/** @typedef {Comparison | Classification | Dance | Extraction | StyleAddition} Job */

/**
 * The jobs of one kind.
 * @template J the body of a job
 * @template R the request that starts one
 */
export class JobCollection {
  #path;

  /** @param {string} path of the kind, for example "comparisons" */
  constructor(path) {
    this.#path = path;
  }

  /** The address of a job, or of one of its files. @param {string} id @param {string} [file] */
  url(id, file) {
    const url = `/v1/${this.#path}/${encodeURIComponent(id)}`;
    return file ? `${url}/${file}` : url;
  }

  /** The address of the page of a job. @param {string} id */
  page(id) {
    return `/${this.#path}/${encodeURIComponent(id)}`;
  }

  /** @param {R} options @returns {Promise<J>} */
  start(options) {
    return post(`/v1/${this.#path}`, options);
  }

  /** Newest first. @param {number} count @returns {Promise<J[]>} */
  async listRecent(count) {
    return (await this.list({ limit: [String(count)] })).items;
  }

  /** A page of the list, newest first. @param {Record<string, string[]>} query @returns {Promise<{ items: J[], next_cursor: string | null }>} */
  list(query) {
    const pairs = Object.entries(query).flatMap(([name, values]) => values.map((value) => [name, value]));
    return request(`/v1/${this.#path}?${new URLSearchParams(pairs)}`);
  }

  /** @param {string} id @returns {Promise<J>} */
  get(id) {
    return request(this.url(id));
  }

  /** Asks the job to stop. @param {string} id @returns {Promise<J>} */
  cancel(id) {
    return post(this.url(id, "cancel"), undefined);
  }
}

/** @type {JobCollection<Comparison, ComparisonRequest>} */
export const comparisons = new JobCollection("comparisons");
/** @type {JobCollection<Classification, ClassificationRequest>} */
export const classifications = new JobCollection("classifications");
/** @type {JobCollection<Dance, DanceRequest>} */
export const dances = new JobCollection("dances");
/** @type {JobCollection<Extraction, ExtractionRequest>} */
export const extractions = new JobCollection("extractions");
/** @type {JobCollection<StyleAddition, StyleAdditionRequest>} */
export const styleAdditions = new JobCollection("style-additions");
