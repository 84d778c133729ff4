// The whole journey with openapi-fetch and the types of openapi-typescript: `node journey.js URL`. Prints JSON.

import { randomBytes, randomUUID } from "node:crypto";
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Schemas = components["schemas"];

const client = createClient<paths>({ baseUrl: process.argv[2] });

interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

function body<Data>(answer: Answer<Data>, status: number): Data {
  if (answer.response.status !== status || answer.data === undefined) {
    throw new Error(`${answer.response.url} ${answer.response.status}: ${JSON.stringify(answer.error)}`);
  }
  return answer.data;
}

async function upload(name: string): Promise<Schemas["VideoBody"]> {
  const form = new FormData();
  form.append("file", new Blob([randomBytes(4000)], { type: "video/mp4" }), name);
  const answer = await client.POST("/v1/videos", {
    params: { header: { "Idempotency-Key": randomUUID() } },
    body: { file: "" },
    bodySerializer: () => form,
  });
  return body(answer, 201);
}

function lastEvent(text: string): Schemas["ComparisonBody"] {
  const last = text.split("\n\n").filter((block) => block.includes("data:")).at(-1) ?? "";
  if (!last.includes("event: end")) throw new Error(`the last event is not the end: ${last}`);
  const data = last.split("\n").find((line) => line.startsWith("data: ")) ?? "";
  return JSON.parse(data.slice("data: ".length)) as Schemas["ComparisonBody"];
}

async function compare(): Promise<string> {
  const [reference, take] = [await upload("reference.mp4"), await upload("take.mp4")];
  const request = { reference_video_id: reference.id, take_video_id: take.id };
  const job = body(await client.POST("/v1/comparisons", { body: request as Schemas["ComparisonRequest"] }), 202);
  const params = { path: { comparison_id: job.id } };
  const events = await client.GET("/v1/comparisons/{comparison_id}/events", { params, parseAs: "text" });
  const ended = lastEvent(body(events, 200));
  if (ended.status !== "succeeded") throw new Error(JSON.stringify(ended));
  const report = body(await client.GET("/v1/comparisons/{comparison_id}/report.json", { params }), 200);
  const path = "/v1/comparisons/{comparison_id}/side_by_side.mp4" as const;
  const video = body(await client.GET(path, { params, parseAs: "arrayBuffer" }), 200);
  const header = { Range: "bytes=0-3" };
  const part = body(await client.GET(path, { params: { ...params, header }, parseAs: "arrayBuffer" }), 206);
  if (report.score !== ended.score || !video.byteLength || part.byteLength !== 4) throw new Error("other results");
  return job.id;
}

async function dance(): Promise<string> {
  const models = body(await client.GET("/v1/dance-models"), 200);
  if (!models.items.length) throw new Error("no model");
  const music = await upload("song.mp3");
  const request = { music_id: music.id } as Schemas["DanceRequest"];
  let job = body(await client.POST("/v1/dances", { body: request }), 202);
  const path = { dance_id: job.id };
  while (job.status === "queued" || job.status === "running") {
    await new Promise((resolve) => setTimeout(resolve, 50));
    job = body(await client.GET("/v1/dances/{dance_id}", { params: { path } }), 200);
  }
  if (job.status !== "succeeded") throw new Error(JSON.stringify(job));
  const params = { path: { ...path, name: "glb" as const } };
  const glb = body(await client.GET("/v1/dances/{dance_id}/dance.{name}", { params, parseAs: "arrayBuffer" }), 200);
  if (!glb.byteLength) throw new Error("an empty file");
  return job.id;
}

async function listVideos(): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | null | undefined;
  do {
    const page = body(await client.GET("/v1/videos", { params: { query: { limit: 1, cursor } } }), 200);
    found.push(...page.items.map((video) => video.id));
    cursor = page.next_cursor;
  } while (cursor);
  return found;
}

const [comparison, danced] = [await compare(), await dance()];
const videos = await listVideos();
const comparisons = body(await client.GET("/v1/comparisons"), 200).items.map((job) => job.id);
if (comparisons.join() !== comparison) throw new Error(`other comparisons: ${comparisons}`);
const reports = [
  body(await client.DELETE("/v1/comparisons/{comparison_id}", { params: { path: { comparison_id: comparison } } }), 200),
  body(await client.DELETE("/v1/dances/{dance_id}", { params: { path: { dance_id: danced } } }), 200),
];
for (const video_id of videos) {
  reports.push(body(await client.DELETE("/v1/videos/{video_id}", { params: { path: { video_id } } }), 200));
}
if ((await listVideos()).length) throw new Error("videos are left");
const missing = await client.GET("/v1/videos/{video_id}", { params: { path: { video_id: videos[0] } } });
if (missing.response.status !== 404 || missing.error === undefined) throw new Error("a deleted video is found");
const deleted = reports.flatMap((report) => report.deleted.map((one) => one.id));
console.log(JSON.stringify({ videos: videos.length, reason: missing.error.reason, deleted }));
