/** What a practice player shows: how many recordings, in step by which clock, and what is drawn over them. */

/** @typedef {import("../player.js").Media} Media */
/** @typedef {import("./address.js").View} View */
/** @typedef {import("./pane.js").Pane} Pane */

/** How skeletons are drawn now. @typedef {{ view: View, hasSkeletons: boolean, ringed: string | null }} Look */

/**
 * @typedef {Object} Scene
 * @property {Pane[]} panes from left to right
 * @property {Pane} lead whose time is the player's
 * @property {Media} media what the player plays
 * @property {View[]} views how they can be shown
 * @property {Look} look
 * @property {(view: View) => Pane[]} shownIn the panes that one sees
 * @property {((isTake: boolean) => void) | null} setSound which of two recordings is heard; null where there is one
 */

export {};
