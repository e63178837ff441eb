// Posts a form and shows the answer. The server answers every post with the whole page; the parts that changed are taken.
import { fetchPage, say, show } from "./show.js";

let changing = null;
let again = false;
let acting = null;
const waiting = [];
let touched = false;

const openForm = () => document.querySelector("#panel form[data-form]");

document.addEventListener("input", (event) => {
  if (event.target.closest("#panel")) touched = true;
});

/** A button was pressed. What is under way comes first; the same again while it is under way is a double click. */
export async function act(form, submitter) {
  const button = submitter && [submitter.name, submitter.value];
  // A form in the panel is read when its turn comes: an answer under way may still change it.
  const body = form.dataset.form ? null : filled(form, button);
  const what = JSON.stringify([form.dataset.form ?? form.id, button, body && [...body]]);
  if (waiting.includes(what)) return;
  waiting.push(what);
  const busy = document.getElementById("pane");
  busy.setAttribute("aria-busy", "true");
  submitter?.closest("dialog")?.close();
  const before = acting;
  acting = (async () => {
    await before?.catch(() => {}); // whoever waited for it was told
    await changing;
    await posted(form, button, body, submitter?.id);
  })();
  try {
    await acting;
  } finally {
    waiting.splice(waiting.indexOf(what), 1);
    if (!waiting.length) busy.removeAttribute("aria-busy");
  }
}

async function posted(form, button, body, pressed) {
  const now = body || form.isConnected ? form : openForm();
  if (now?.dataset.form !== form.dataset.form) return; // another form took its place
  const page = await fetchPage(now.action, body ?? filled(now, button));
  if (!page) return;
  touched = false;
  const text = now.querySelector("#say-text");
  if (text && text.value === body.get("text")) text.value = "";
  show(page, { clockOnly: "clock" in now.dataset, pressed });
}

function filled(form, button) {
  const body = new FormData(form);
  if (button) body.set(...button);
  return body;
}

/** An answer that other questions follow from, or a file: the form is shown anew around what stands in it. */
export function change(form, files = []) {
  if (changing) {
    again = true;
    if (!files.length) return changing;
    return changing.then(() => change(openForm(), files));
  }
  changing = changed(form, files).finally(() => { changing = null; });
  return changing;
}

async function changed(form, files) {
  do {
    again = false;
    const body = new FormData(form);
    for (const [name, file] of files) body.append(name, file, file.name || "screenshot.png");
    body.set("do", "change");
    const page = await fetchPage(form.action, body);
    files = [];
    if (!page) return;
    show(page, { quietly: true });
    form = openForm();
  } while (again && form);
}

/** Closes a view; nothing was answered in it. */
export function shutPanel() {
  document.getElementById("panel").replaceChildren();
  document.body.classList.remove("has-sheet");
  document.getElementById("log").focus();
}

/** The page goes away with answers in an open form: they are kept, as with Close. */
export function leaveQuietly() {
  const form = openForm();
  if (!form || !touched || waiting.length) return;
  const body = new FormData(form);
  for (const input of form.querySelectorAll("input[type=file]")) body.delete(input.name);
  body.set("do", "leave");
  if (!navigator.sendBeacon(form.action, body)) say("Your last answers could not be kept.");
}
