// Inside a form: an answer that stands alone, questions that follow from an answer, files.
import { change } from "./act.js";

/** "None of these" unticks the others, and any of the others unticks it. */
export function chooseAlone(input) {
  if (input.type !== "checkbox" || !input.checked) return;
  const alone = "alone" in input.dataset;
  for (const other of input.closest("fieldset")?.querySelectorAll("input[type=checkbox]") ?? []) {
    if (other !== input && (alone || "alone" in other.dataset)) other.checked = false;
  }
}

export function reveal(input) {
  const form = input.form;
  if (!form?.matches("#panel [data-form]")) return;
  // A letter stays in its input until the form is sent; every other file is kept at once.
  const kept = input.type === "file" && input.closest("[data-files]") && input.files.length;
  if (kept || input.closest("[data-reveals]")) change(form);
}

/** What was answered before this script was there, on a slow line: a danger must not wait for its card. */
export function catchUp() {
  const missed = [...document.querySelectorAll("#panel [data-form] :is([data-reveals] input, [data-files] input[type=file])")]
    .find((input) => input.checked !== input.defaultChecked || input.files?.length);
  if (missed) reveal(missed);
}

/** A screenshot can be pasted anywhere in the form, or dragged onto the place for files. */
export function readyFiles() {
  const place = () => document.querySelector("#panel [data-files]");
  const add = (files) => {
    const input = place().querySelector("input[type=file]");
    change(input.form, [...files].map((file) => [input.name, file]));
  };
  document.addEventListener("paste", (event) => {
    if (!place() || !event.clipboardData.files.length) return;
    event.preventDefault();
    add(event.clipboardData.files);
  });
  document.addEventListener("dragover", (event) => {
    const drop = event.target.closest?.(".drop");
    document.querySelector(".drop")?.classList.toggle("over", Boolean(drop));
    if (place() && event.dataTransfer.types.includes("Files")) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    if (!place() || !event.dataTransfer.files.length) return;
    event.preventDefault();
    document.querySelector(".drop").classList.remove("over");
    add(event.dataTransfer.files);
  });
}
