/** A figure that dances on a floor: lights, shadow and colours, drawn when asked. */

import {
  AnimationMixer, CanvasTexture, CircleGeometry, Color, DirectionalLight, Fog, Group, HemisphereLight, Mesh,
  MeshStandardMaterial, PCFShadowMap, PerspectiveCamera, RepeatWrapping, Scene, SRGBColorSpace, Vector3, WebGLRenderer,
} from "three";
import { GLTFLoader } from "three/addons/loaders/GLTFLoader.js";

const FLOOR_RADIUS_M = 24;
const TILE_PIXELS = 256;
const LINE_PIXELS = 3;
const FOG_M = { near: 7, far: 17 };
const SHADOW_HALF_WIDTH_M = 2.4;
const SHADOW_TEXELS = 1024;
const LIGHT_FROM = new Vector3(1.8, 5.2, 3.0);
const FIELD_OF_VIEW_DEG = 34;
const MOST_PIXELS_PER_PIXEL = 2;
const COLOURS = {
  light: { ground: 0xe9e6e0, floor: "#f1eeea", lines: "#c9c2b6", sky: 0xffffff, bounce: 0xcfc6b8, around: 1.5, lamp: 2.1 },
  dark: { ground: 0x12161b, floor: "#2a323b", lines: "#46515d", sky: 0xdfe8f2, bounce: 0x20262d, around: 1.0, lamp: 2.4 },
};

/** Draws a dance at any of its seconds. */
export class DanceScene {
  #renderer;
  #scene = new Scene();
  #figure = new Group();
  #mixer;
  #pelvis;
  #lamp = new DirectionalLight(0xffffff);
  #sky = new HemisphereLight();
  #floor;
  #tile = document.createElement("canvas");
  #squares = new CanvasTexture(this.#tile);
  #lengthS;
  camera = new PerspectiveCamera(FIELD_OF_VIEW_DEG, 1, 0.1, 60);

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {import("three/addons/loaders/GLTFLoader.js").GLTF} figure with one animation, which is the dance
   */
  constructor(canvas, figure) {
    this.#renderer = new WebGLRenderer({ canvas, antialias: true });
    this.#renderer.shadowMap.enabled = true;
    this.#renderer.shadowMap.type = PCFShadowMap;
    const [dance] = figure.animations;
    this.#mixer = new AnimationMixer(figure.scene);
    this.#mixer.clipAction(dance).play();
    this.#lengthS = dance.duration;
    this.#pelvis = figure.scene.getObjectByName("pelvis") ?? figure.scene;
    this.#figure.add(figure.scene);
    this.#floor = new Mesh(new CircleGeometry(FLOOR_RADIUS_M, 64), new MeshStandardMaterial({ roughness: 1, map: this.#squares }));
    this.#build();
  }

  /** Puts the figure where it is at a second of the dance. @param {number} seconds */
  pose(seconds) {
    // The end itself would be the start of the next round.
    this.#mixer.setTime(Math.min(Math.max(0, seconds), Math.max(0, this.#lengthS - 1e-4)));
    this.#figure.updateMatrixWorld();
    const { x, z } = this.place();
    this.#lamp.position.copy(LIGHT_FROM).add(new Vector3(x, 0, z));
    this.#lamp.target.position.set(x, 0, z);
  }

  /** Where the dancer is, on the floor. */
  place() {
    const place = this.#pelvis.getWorldPosition(new Vector3());
    return place.setY(0);
  }

  /** Left and right swapped, as in a mirror. @param {boolean} mirrored */
  setMirrored(mirrored) {
    this.#figure.scale.x = mirrored ? -1 : 1;
  }

  /** @param {boolean} dark */
  setColours(dark) {
    const { ground, floor, lines, sky, bounce, around, lamp } = dark ? COLOURS.dark : COLOURS.light;
    this.#scene.background = new Color(ground);
    this.#scene.fog = new Fog(ground, FOG_M.near, FOG_M.far);
    this.#drawTile(floor, lines);
    this.#sky.color.set(sky);
    this.#sky.groundColor.set(bounce);
    this.#sky.intensity = around;
    this.#lamp.intensity = lamp;
  }

  /** @param {number} width in CSS pixels @param {number} height */
  resize(width, height) {
    this.#renderer.setPixelRatio(Math.min(devicePixelRatio, MOST_PIXELS_PER_PIXEL));
    this.#renderer.setSize(width, height, false);
    this.camera.aspect = width / height;
    this.camera.updateProjectionMatrix();
  }

  draw() {
    this.#renderer.render(this.#scene, this.camera);
  }

  /** Gives the graphics card back what it holds. */
  dispose() {
    this.#mixer.stopAllAction();
    this.#scene.traverse((object) => {
      if (!("geometry" in object)) return;
      const { geometry, material } = /** @type {Mesh} */ (object);
      geometry.dispose();
      for (const one of [material].flat()) one.dispose();
    });
    this.#squares.dispose();
    this.#lamp.dispose();
    this.#renderer.dispose();
    this.#renderer.forceContextLoss();
  }

  #build() {
    this.#figure.traverse((object) => {
      object.castShadow = true;
      object.frustumCulled = false; // its bounds are those of the rest pose
    });
    this.#floor.rotation.x = -Math.PI / 2;
    this.#floor.receiveShadow = true;
    this.#squares.wrapS = this.#squares.wrapT = RepeatWrapping;
    this.#squares.repeat.setScalar(2 * FLOOR_RADIUS_M);
    this.#squares.colorSpace = SRGBColorSpace;
    this.#squares.anisotropy = this.#renderer.capabilities.getMaxAnisotropy();
    this.#light();
    this.#scene.add(this.#figure, this.#floor, this.#sky, this.#lamp, this.#lamp.target);
  }

  /** A square metre of the floor. @param {string} floor @param {string} lines */
  #drawTile(floor, lines) {
    this.#tile.width = this.#tile.height = TILE_PIXELS;
    const pen = /** @type {CanvasRenderingContext2D} */ (this.#tile.getContext("2d"));
    pen.fillStyle = lines;
    pen.fillRect(0, 0, TILE_PIXELS, TILE_PIXELS);
    pen.fillStyle = floor;
    pen.fillRect(0, 0, TILE_PIXELS - LINE_PIXELS, TILE_PIXELS - LINE_PIXELS);
    this.#squares.needsUpdate = true;
  }

  /** One lamp with a soft shadow, which goes along with the dancer. */
  #light() {
    const { shadow } = this.#lamp;
    this.#lamp.castShadow = true;
    shadow.mapSize.set(SHADOW_TEXELS, SHADOW_TEXELS);
    shadow.radius = 3;
    shadow.normalBias = 0.02;
    Object.assign(shadow.camera, {
      left: -SHADOW_HALF_WIDTH_M, right: SHADOW_HALF_WIDTH_M, bottom: -SHADOW_HALF_WIDTH_M, top: SHADOW_HALF_WIDTH_M, near: 1, far: 12,
    });
  }
}

/**
 * Reads a figure and its dance.
 * @param {ArrayBuffer} data binary glTF
 */
export async function readFigure(data) {
  const figure = await new GLTFLoader().parseAsync(data, "");
  if (!figure.animations.length) throw new Error("the figure has no motion");
  return figure;
}
