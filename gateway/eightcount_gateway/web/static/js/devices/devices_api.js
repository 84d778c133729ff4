/** Devices in the same network, in the HTTP API. */

import { post, request } from "../api.js";

/** @typedef {import("../api_types.js").InvitationBody} Invitation */
/** @typedef {import("../api_types.js").DeviceBody} Device */

const DEVICES = "/v1/devices";

/** The address of a device. @param {string} id */
export const deviceUrl = (id) => `${DEVICES}/${encodeURIComponent(id)}`;

/** @returns {Promise<Invitation>} */
export const inviteDevice = () => request(`${DEVICES}/invitations`, { method: "POST" });

/** @param {string} key of the invitation @param {string} name of this device @returns {Promise<Device>} */
export const joinAs = (key, name) => post(DEVICES, { key, name });

/** Those that have joined, newest first. @returns {Promise<Device[]>} */
export const listDevices = async () => (await request(DEVICES)).items;
