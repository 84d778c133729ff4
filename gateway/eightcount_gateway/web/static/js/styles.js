/** The page that classifies a dance: a recording to upload or one uploaded before, recent classifications, styles of one's own, and models. */

import { contentUrl, getVideo } from "./api.js";
import { ClassificationList, recordingOf } from "./classification_list.js";
import { DancerPicker } from "./dancers/dancer_picker.js";
import { el, find } from "./dom.js";
import { DropField } from "./drop_field.js";
import { classifications, comparisons } from "./jobs_api.js";
import { problemNodes, reasonOf } from "./problem.js";
import { RECENT } from "./recent_rows.js";
import { showOwnStyles } from "./own_styles.js";
import { StyleAdditionForm } from "./style_addition.js";
import { modelList } from "./style_models.js";
import { listStyleModels, OWN_STYLES } from "./style_models_api.js";
import { modelName } from "./style_text.js";
import { UploadForm } from "./upload_form.js";

/** How many classifications the tags come from. */
const NEWEST = 100;
const known = /** @type {HTMLSelectElement} */ (find("#known"));
const styleModel = /** @type {HTMLSelectElement} */ (find("#style-model"));
const detail = /** @type {HTMLSelectElement} */ (find("#detail"));
const field = new DropField(find("#recording"), { title: "Recording", hint: "One dancer, whole body visible" });

const dancer = new DancerPicker(/** @type {HTMLDetailsElement} */ (find("#dancer")));
field.onchoose = showPreview;
known.addEventListener("change", () => {
  field.showError();
  showPreview();
});
new UploadForm(field, {
  sending: "Uploading the recording…",
  ready: () => {
    if (!field.file && !known.value) field.showError("Choose a video first.");
    return field.file !== null || known.value !== "";
  },
  ask: async (send) => {
    const video_id = field.file ? await send() : known.value;
    const chosen = await dancerIn(video_id);
    const options = { video_id, model: /** @type {import("./api_types.js").ClassificationRequest["model"]} */ (detail.value), style_model: styleModel.value, ...(chosen && { dancer: chosen }) };
    return classifications.page((await classifications.start(options)).id);
  },
});
const addition = new StyleAdditionForm(/** @type {HTMLFormElement} */ (find("#add-style")));
addition.onadd = () => showStyles(OWN_STYLES);
addition.resume();
showStyles("");
showRecent();

/** The chosen dancer, by what the server knows of the recording. @param {string} id */
const dancerIn = async (id) => dancer.value && dancer.valueIn((await getVideo(id).catch(() => null))?.media ?? null);

/** Shows the recording that will be classified, so that a dancer can be chosen in it. */
function showPreview() {
  const content = known.value ? contentUrl(known.value) : "";
  dancer.show(field.file ? URL.createObjectURL(field.file) : content);
}

/** Shows the models and the styles that were added. @param {string} chosen the model to choose */
async function showStyles(chosen) {
  const list = find("#models > div");
  showOwnStyles(() => showStyles(styleModel.value));
  try {
    const models = (await listStyleModels()).filter(({ name, styles }) => name !== OWN_STYLES || styles.length > 0);
    offerModels(models.map(({ name }) => name).filter((name) => name !== "starter"), chosen);
    list.replaceChildren(models.length ? modelList(models) : el("p", { class: "muted" }, "There are no models yet."));
  } catch (error) {
    list.replaceChildren(el("div", { class: "notice warning" }, ...problemNodes(reasonOf(error))));
  }
}

/** @param {string[]} names @param {string} chosen the default model where it is not among them */
function offerModels(names, chosen) {
  styleModel.replaceChildren(el("option", { value: "" }, "Default"), ...names.map((name) => el("option", { value: name }, modelName(name))));
  styleModel.value = names.includes(chosen) ? chosen : "";
}

/** Shows the classifications, and offers their recordings and those of comparisons to be classified again. */
async function showRecent() {
  const newest = await classifications.listRecent(NEWEST).catch(() => []);
  new ClassificationList(find("#recent"), newest).show();
  const compared = await comparisons.listRecent(RECENT).catch(() => []);
  const ids = [...newest.slice(0, RECENT).map(recordingOf), ...compared.flatMap(({ take_video_id, reference_video_id }) => [take_video_id, reference_video_id])];
  const videos = await Promise.all([...new Set(ids)].map((id) => getVideo(id).catch(() => null)));
  const names = new Map(videos.flatMap((video) => (video ? [[video.id, video.file_name]] : [])));
  known.append(...[...names].map(([id, name]) => el("option", { value: id }, name)));
  find("#known-label").hidden = names.size === 0;
  addition.offer(names);
}
