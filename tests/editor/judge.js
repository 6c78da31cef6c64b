'use strict';
// Documents by a JSON Schema: node judge.js SCHEMA.json, on standard input a JSON array of documents. Prints an array of
// arrays: what the schema refuses in each. `strict` refuses a schema with words that draft-07 does not have.
const fs = require('fs');
const Ajv = require('ajv');

const ajv = new Ajv({allErrors: true, strict: true, strictTypes: false, strictRequired: false});
const validate = ajv.compile(JSON.parse(fs.readFileSync(process.argv[2], 'utf8')));
const documents = JSON.parse(fs.readFileSync(0, 'utf8'));
const judged = documents.map(document =>
  validate(document) ? [] : validate.errors.map(error => `${error.instancePath} ${error.message}`));
process.stdout.write(JSON.stringify(judged));
