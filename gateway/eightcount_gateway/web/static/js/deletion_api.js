/** The part of the HTTP API that deletes. */

import { request } from "./api.js";

/** @typedef {import("./api_types.js").DeletionBody} Deletion */

/** What a deletion would delete and keep. @param {string} url of the resource @returns {Promise<Deletion>} */
export const planDeletion = (url) => request(`${url}?dry_run=true`, { method: "DELETE" });

/** @param {string} url of the resource @returns {Promise<Deletion>} */
export const deleteResource = (url) => request(url, { method: "DELETE" });
