// What Microsoft's own parser and validation say of cards: node parse_cards.mjs NODE_MODULES < cards.json
// cards.json: {"name": card}; the answer: {"name": ["what is wrong"]}, only of cards with something wrong.
import { createRequire } from "node:module";
import { join } from "node:path";
import { readFileSync } from "node:fs";

// The package's own entry is for bundlers; its bundle is for everybody, but looks for a window.
globalThis.self = globalThis;
const require = createRequire(import.meta.url);
const bundle = join(process.argv[2], "adaptivecards/dist/adaptivecards.js");
const { AdaptiveCard, SerializationContext, Versions } = require(bundle);

const wrong = {};
for (const [name, card] of Object.entries(JSON.parse(readFileSync(0, "utf8")))) {
  const context = new SerializationContext(Versions.v1_5);
  const parsed = new AdaptiveCard();
  parsed.parse(card, context);
  const said = [];
  for (let at = 0; at < context.eventCount; at++) said.push(context.getEventAt(at).message);
  for (const each of parsed.validateProperties().validationEvents) said.push(each.message);
  if (said.length) wrong[name] = said;
}
process.stdout.write(JSON.stringify(wrong));
