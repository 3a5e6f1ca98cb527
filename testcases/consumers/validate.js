/* Validates documents with ajv: node validate.js NODE_MODULES REPORT_SCHEMAS CONSUMER_SCHEMAS
 *
 * Reads [{"kind": ..., "file": ...}, ...] from stdin and prints a list of errors for each. The schema of
 * SARIF is Microsoft's, that of rdjson comes with a validator for it; ours stand in the repository.
 */
"use strict";

const fs = require("fs");
const path = require("path");

const [modules, reports, consumers] = process.argv.slice(2);
const load = (name) => require(path.join(modules, name));
const read = (...parts) => JSON.parse(fs.readFileSync(path.join(...parts), "utf8"));

const Ajv = load("ajv").default;
const AjvDraft04 = load("ajv-draft-04").default;
const addFormats = load("ajv-formats").default;

/* Its pattern for languages has a lone "]", which unicode expressions refuse. */
function sarif() {
    const ajv = new AjvDraft04({allErrors: true, strict: false, unicodeRegExp: false});
    addFormats(ajv);
    return ajv.compile(read(modules, "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"));
}

function plain(schema) {
    return new Ajv({allErrors: true, strict: false}).compile(schema);
}

function finding() {
    const ajv = new Ajv({allErrors: true, strict: false});
    ajv.addSchema(read(reports, "refwarden-1.schema.json"));
    return ajv.getSchema("refwarden-1.schema.json#/definitions/finding");
}

const makers = {
    sarif,
    finding,
    json: () => plain(read(reports, "refwarden-1.schema.json")),
    gitlab: () => plain(read(consumers, "gitlab-code-quality.schema.json")),
    rdjson: () => plain(load("@umbrelladocs/rdformat-validator").rdformatSchema),
};

const made = {};
const results = JSON.parse(fs.readFileSync(0, "utf8")).map(({kind, file}) => {
    made[kind] = made[kind] || makers[kind]();
    made[kind](read(file));
    return (made[kind].errors || []).map((e) => `${e.instancePath} ${e.message}`);
});
console.log(JSON.stringify(results));
