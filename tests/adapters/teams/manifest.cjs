// Says what Microsoft's own validation finds wrong: node manifest.cjs NODE_MODULES < manifest.json
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

const app = join(process.argv[2], "@microsoft/app-manifest");
const { AppManifestUtils } = require(app);
const manifest = JSON.parse(readFileSync(0, "utf8"));
// With the schema at hand nothing is fetched.
const schema = join(app, `build/json-schemas/teams/v${manifest.manifestVersion}/MicrosoftTeams.schema.json`);

AppManifestUtils.validateAgainstSchema(manifest, JSON.parse(readFileSync(schema, "utf8"))).then(
  (mistakes) => console.log(JSON.stringify(mistakes)),
);
