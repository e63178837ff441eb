// Posts a form and shows the answer. The server answers every post with the whole page; the parts that changed are taken.
import { fetchPage, say, show } from "./show.js";

let changing = null;
let again = false;
let acting = false;
let touched = false;

const openForm = () => document.querySelector("#panel form[data-form]");

document.addEventListener("input", (event) => {
  if (event.target.closest("#panel")) touched = true;
});

/** A button was pressed: everything that is still under way comes first, then this, once. */
export async function act(form, submitter) {
  if (acting) return;
  acting = true;
  const busy = document.getElementById("pane");
  busy.setAttribute("aria-busy", "true");
  try {
    submitter?.closest("dialog")?.close();
    const name = submitter?.name, value = submitter?.value;
    if (changing) await changing;
    const now = form.isConnected ? form : openForm() ?? form;
    const body = new FormData(now);
    if (name) body.set(name, value);
    const page = await fetchPage(now.action, body);
    if (page) {
      touched = false;
      if (now.id === "say") now.querySelector("textarea").value = "";
      show(page, { clockOnly: "clock" in now.dataset, pressed: submitter?.id });
    }
  } finally {
    acting = false;
    busy.removeAttribute("aria-busy");
  }
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
  if (!form || !touched || acting) return;
  const body = new FormData(form);
  for (const input of form.querySelectorAll("input[type=file]")) body.delete(input.name);
  body.set("do", "leave");
  if (!navigator.sendBeacon(form.action, body)) say("Your last answers could not be kept.");
}
