// Draws Slack payloads as Slack would, roughly: node slack.mjs PAYLOADS.json FOLDER
// Run in a folder outside the repository, after: npm install slack-blocks-to-jsx react@18 react-dom@18
// PAYLOADS.json: {"name": view or {"blocks": …, "text": …}}; FOLDER gets name.html for each.
import { createRequire } from "node:module";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const require = createRequire(join(process.cwd(), "package.json"));
const { createElement } = require("react");
const { renderToStaticMarkup } = require("react-dom/server");
const { Message } = require("slack-blocks-to-jsx");
const css = readFileSync(require.resolve("slack-blocks-to-jsx").replace(/index\.js$/, "style.css"));

const [payloads, folder] = process.argv.slice(2);
const FRAME = `
body { margin: 0; padding: 24px; background: #f4f4f4; font-family: Lato, "Noto Sans", Arial, sans-serif; }
#frame { width: 520px; background: #fff; border-radius: 8px; box-shadow: 0 1px 8px #0003; overflow: hidden; }
#frame.message { width: 680px; padding: 12px 16px; }
#frame.home { width: 760px; padding: 16px 24px; }
.bar { display: flex; justify-content: space-between; padding: 18px 24px; border-bottom: 1px solid #ddd;
  font-size: 22px; font-weight: 900; }
.body { padding: 12px 24px; }
.feet { display: flex; justify-content: flex-end; gap: 12px; padding: 18px 24px; border-top: 1px solid #ddd; }
.feet span { border: 1px solid #bbb; border-radius: 4px; padding: 8px 14px; font-size: 15px; font-weight: 700; }
.feet .main { background: #007a5a; border-color: #007a5a; color: #fff; }`;

const escape = (text) => text.replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign]);

function framed(view) {
  const kind = view.type ?? "message";
  const body = renderToStaticMarkup(
    createElement(Message, {
      blocks: view.blocks,
      name: "Report Post",
      logo: "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>",
      time: new Date("2026-11-24T08:15:00Z"),
      withoutWrapper: kind !== "message",
      unstyled: false,
    }),
  );
  // Slack says so only where an input is dispatched; none of our texts is.
  const shown = body.replace(/<p>↵ Please[^<]*<\/p>/g, "");
  if (kind !== "modal") return `<div id="frame" class="${kind}">${shown}</div>`;
  const main = view.submit ? `<span class="main">${escape(view.submit.text)}</span>` : "";
  return `<div id="frame" class="modal"><div class="bar"><span>${escape(view.title.text)}</span><span>×</span></div>
<div class="body">${shown}</div>
<div class="feet"><span>${escape(view.close.text)}</span>${main}</div></div>`;
}

mkdirSync(folder, { recursive: true });
for (const [name, view] of Object.entries(JSON.parse(readFileSync(payloads)))) {
  const page = `<!doctype html><meta charset="utf-8"><style>${css}</style><style>${FRAME}</style>${framed(view)}`;
  writeFileSync(join(folder, `${name}.html`), page);
}
