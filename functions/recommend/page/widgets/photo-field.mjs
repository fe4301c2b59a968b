/**
 * A photo of a menu: taken or chosen, scaled down, and shown while it is read.
 *
 * @import { Menu } from "taproom-api"
 */

import { ApiError } from "../api.mjs";
import { element } from "../elements.mjs";
import { words } from "../words.mjs";

const LONGEST_SIDE = 2_400; // pixels; the API reads no more of a photo
const QUALITY = 0.85; // of the JPEG: some 1 MB, of 4.5 MB that the API takes

/**
 * Without `capture` a phone offers both its camera and the pictures that it has.
 *
 * @param {(photo: Blob) => Promise<Menu>} read
 * @param {(menu: string) => unknown} onRead
 */
export function photoField(read, onRead) {
  const state = element("p", { class: "hint", role: "status" });
  const preview = element("canvas", {
    class: "photo",
    hidden: true,
    role: "img",
    "aria-label": words.menu.photo,
  });
  const choose = element(
    "button",
    { type: "button", class: "quiet", onclick: () => input.click() },
    words.menu.takePhoto,
  );
  const take = async () => {
    const [file] = input.files ?? [];
    if (!file) return;
    choose.disabled = true;
    state.textContent = words.menu.reading;
    try {
      await draw(file, preview);
      const answer = await read(await jpegOf(preview));
      const known = answer.beers.length + answer.tried.length;
      onRead(answer.menu);
      state.textContent = words.menu.read(answer.menu.split("\n").length, known);
    } catch (error) {
      state.textContent = reason(error);
    }
    choose.disabled = false;
    // The same photo may be chosen again.
    input.value = "";
  };
  const input = element("input", { type: "file", accept: "image/*", hidden: true, onchange: take });
  return element("div", { class: "photo-field" }, choose, input, preview, state);
}

/**
 * Its EXIF says which side of a photo is up; a canvas has no EXIF, and so no place and time either.
 *
 * @param {File} file
 * @param {HTMLCanvasElement} canvas
 */
async function draw(file, canvas) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  canvas.hidden = false;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {Promise<Blob>}
 */
function jpegOf(canvas) {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error())), "image/jpeg", QUALITY);
  });
}

/** @param {unknown} error */
function reason(error) {
  if (!(error instanceof ApiError)) return words.menu.noPicture;
  return error.status === 400 ? words.menu.noText : error.message;
}
