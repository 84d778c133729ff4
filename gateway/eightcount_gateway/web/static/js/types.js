/**
 * Shapes of what the HTTP API answers. All report times are seconds of the reference unless named `take_`.
 *
 * @typedef {{ id: string, file_name: string, size_bytes: number, media?: { duration_seconds: number } | null,
 *   content_deleted?: boolean }} Video
 *
 * @typedef {"pending" | "running" | "done" | "cached" | "skipped" | "failed"} StepState
 * @typedef {{ name: string, state: StepState, done: number | null, total: number | null, seconds: number | null }} Step
 * @typedef {{ reason: string, message: string }} Reason
 * @typedef {{ x: number, y: number, at_seconds: number }} Dancer Fractions of the picture, from the top left corner.
 * @typedef {Object} Job
 * @property {string} id
 * @property {"queued" | "running" | "succeeded" | "failed" | "cancelled"} status
 * @property {Step[]} steps
 * @property {Reason | null} error
 * @property {string} created_at
 *
 * @typedef {Job & { reference_video_id: string, take_video_id: string, score: number | null, model?: string,
 *   mirrored?: boolean, skeletons_only?: boolean, align?: string, reference_dancer?: Dancer | null,
 *   take_dancer?: Dancer | null }} Comparison
 * @typedef {Job & { video_id: string, motion_id?: string, model: string, style_model: string,
 *   dancer?: Dancer | null }} Classification
 *
 * @typedef {{ score: number | null, mean_angle_error_deg: number | null, timing_ms: number | null }} JointScore
 * @typedef {Object} TimelineEntry
 * @property {number} start_s
 * @property {number} end_s
 * @property {number | null} score
 * @property {string} worst_joint
 * @property {number} count 1 to 8, or 0 without a beat
 * @property {number} eight_count 1-based, or 0 before the first and without a beat
 *
 * @typedef {Object} Moment
 * @property {string} id
 * @property {number} start_s
 * @property {number} end_s
 * @property {string} joint
 * @property {string} description
 *
 * @typedef {{ text: string, moment_ids: string[] }} Feedback
 *
 * @typedef {Object} Alignment
 * @property {"aligned" | "no_match" | "ambiguous"} verdict
 * @property {number | null} offset_seconds t_reference = offset + speed * clock * t_take
 * @property {number | null} [clock_ratio]
 * @property {number | null} [speed_ratio]
 * @property {number | null} [confidence] 0 to 1
 * @property {string} [message]
 * @property {string} [method] "audio" or "motion"
 * @property {{ take_start_s: number, take_end_s: number, offset_seconds: number, ratio: number }[]} [segments] two and more
 *
 * @typedef {Object} Report
 * @property {number | null} score 0 to 100
 * @property {Record<string, JointScore>} joints
 * @property {TimelineEntry[]} timeline
 * @property {Moment[]} moments worst first
 * @property {Feedback[]} feedback
 * @property {Alignment} alignment
 * @property {Reason[]} warnings
 * @property {{ reference: string, take: string }} model
 * @property {string} version
 * @property {{ start_s: number, duration_s: number }} [video] what side_by_side.mp4 covers
 *
 * @typedef {"style" | "unknown" | "not_a_dance" | "not_seen"} Verdict
 * @typedef {Object} StyleWindow seconds of the recording
 * @property {number} start_s
 * @property {number} end_s
 * @property {Record<string, number> | null} probabilities by style, and "not_a_dance"; null when not seen
 * @property {Verdict} verdict
 * @property {string} style
 *
 * @typedef {Object} StyleResult
 * @property {string} model name and version
 * @property {string[]} styles
 * @property {Record<string, number> | null} probabilities
 * @property {Verdict} verdict
 * @property {string} style
 * @property {string} message
 * @property {number | null} novelty
 * @property {StyleWindow[]} windows
 *
 * @typedef {{ name: string, version: string, family: string, styles: string[], origin: "pretrained" | "trained",
 *   balanced_accuracy: number | null, card?: string }} StyleModel
 *
 * @typedef {{ music_id: string, model: string, style: string, seed: number, energy: number, mirrored: boolean,
 *   duration_seconds: number, formats?: string[], skeleton_id?: string, pose_model?: string, edit?: DanceEdit | null,
 *   key_poses?: { seconds: number, dance_id?: string, video_id?: string, at_seconds: number }[] }} DanceOptions
 * @typedef {{ dance_id: string, keep: string[], start_seconds: number, end_seconds: number }} DanceEdit
 * @typedef {Job & DanceOptions & { edited_from?: string | null }} Dance
 * @typedef {{ model: string, frames: number, seconds: number, seed: number, formats: string[],
 *   source_segments: { first_frame: number, frames: number, recording: string, recording_frame: number }[] }} DanceResult
 * @typedef {{ start_s: number, end_s: number, count: number, eight_count: number }} DanceCount seconds of the dance; 1 to 8,
 *   0 where it cannot be told; 1-based, 0 before the first
 * @typedef {{ tempo_bpm: number, guessed: boolean, counts: DanceCount[] }} DanceCounts
 * @typedef {{ name: string, version: string, family: string, styles: string[], origin: "pretrained" | "trained",
 *   supports_constraints: boolean }} DanceModel
 */

export {};
