/** Advice on what to do about a failure, by its machine-readable reason. */

/** @type {Record<string, string>} */
const ADVICE = {
  NOT_A_VIDEO: "Choose a video file such as MP4, MOV, MKV or WebM.",
  NO_VIDEO_STREAM: "The file has sound but no video. Choose the video itself.",
  UNSUPPORTED_CODEC: "Save the video as MP4 (H.264) and upload it again.",
  UNUSABLE_MEDIA: "Check that the file plays on your device, then upload it again.",
  EMPTY_FILE: "The file has no content. Record or export it again.",
  TRUNCATED_FILE: "The file is cut off. Copy it from the camera again.",
  UPLOAD_CUT_SHORT: "The connection broke during the upload. Upload it again.",
  FRAME_TOO_LARGE: "Save the video at a lower resolution, then upload it again.",
  TOO_LARGE: "Cut the video to the part you want to compare, or save it at a lower resolution.",
  TOO_SHORT: "Use a longer part of the dance, at least a few seconds.",
  NO_PERSON: "Use a video in which the whole dancer can be seen, with enough light.",
  TOO_FEW_CLIPS: "Add clips of four seconds or more in which one dancer can be seen; what you chose is still there.",
  RESERVED_NAME: "Choose another name.",
  STYLE_OUTDATED: "Delete the style, and add it again from its clips.",
  NO_SHARED_MUSIC: "Check that both videos have the same song, or line them up by movement.",
  NO_AUDIO: "Use a video with sound, or line the videos up by movement.",
  BUSY: "Wait a moment, then try again.",
  UNAVAILABLE: "A part of Eightcount is not running. Try again in a moment.",
  DEADLINE_EXCEEDED: "It took too long. Try again, or use shorter videos.",
  CLASSIFIER_NOT_CONFIGURED: "Ask whoever runs this server to start the classifier.",
  SILENT_AUDIO: "Choose a recording with audible sound.",
  NO_STEADY_BEAT: "Choose music with a steady beat that you can clap along to.",
  MUSIC_TOO_LONG: "Cut the music to the part you want to dance to.",
  DANCE_TOO_LONG: "Ask for a shorter dance.",
  NO_DANCE_MODEL: "Train one on your own recordings: eightcount train dance --data DIR --name NAME.",
  GENERATOR_NOT_CONFIGURED: "Ask whoever runs this server to start the generator.",
  UNKNOWN_STYLE: "Choose another style, or let the model choose.",
  GENERATOR_UNAVAILABLE: "The part of Eightcount that generates dances is not running. Try again, or ask whoever runs this server.",
  NO_KEY_POSES: "Choose a model that supports key poses, or generate a new dance.",
  INVALID_EDIT: "Choose a stretch within the dance, and leave some of it unchanged.",
  INVALID_KEY_POSE: "Choose moments within the part that is remade, and within the recording that the poses come from.",
  INVALID_OPTIONS: "Check the options: a stretch must lie within the dance, and some of the dance must stay unchanged.",
  INVALID_DANCER: "Point at the dancer within the image.",
  NO_PERSON_THERE: "Choose a moment at which the dancer is visible.",
  CONTENT_DELETED: "Upload the recording again.",
  INVALID_BVH: "Choose a BVH file with the skeleton of a whole person.",
  SKELETON_UNKNOWN: "Choose a BVH file whose joints have usual names, such as Hips, LeftArm and RightFoot.",
  NOT_FINISHED: "Wait until it is done, or cancel it first.",
  NETWORK_OFF: "Stop Eightcount, and start it with: eightcount up --lan",
  OWNER_ONLY: "Open this page on the computer that runs Eightcount.",
  INVITATION_UNKNOWN: "Show a new code on the computer that runs Eightcount, and scan it.",
  DEVICE_UNKNOWN: "Scan the code that the computer shows on its page for phones.",
  NETWORK: "Check that Eightcount is running and that you are connected, then try again.",
};

/** Advice for reasons of one kind, by how they end. @type {[string, string][]} */
const ADVICE_BY_ENDING = [
  ["NOT_FOUND", "It may have been deleted. Choose another one, or start again."],
  ["UNAVAILABLE", "A part of Eightcount is not running. Try again in a moment."],
  ["UNREACHABLE", "A part of Eightcount is not running. Try again in a moment."],
];
const GENERAL_ADVICE = "Try again. If it happens again, keep the reason below when you ask for help.";

/** @param {string} reason */
export const adviceFor = (reason) =>
  ADVICE[reason] ?? ADVICE_BY_ENDING.find(([ending]) => reason.endsWith(ending))?.[1] ?? GENERAL_ADVICE;
