'use strict';
// The words of enums, by the name of the member: oav is silent about words that an open enum does not list.
const fs = require('fs');

// Every name that has an enum in some definition, with all words that any definition lists for it.
function words(file) {
  const found = new Map();
  const definitions = JSON.parse(fs.readFileSync(file)).definitions;
  const listed = schema => {
    if (!schema) return null;
    if (schema.enum) return schema.enum;
    const name = schema.$ref && schema.$ref.startsWith('#/definitions/') && schema.$ref.slice('#/definitions/'.length);
    return name ? definitions[name].enum || null : null;
  };
  for (const definition of Object.values(definitions)) {
    for (const [name, schema] of Object.entries(definition.properties || {})) {
      if (listed(schema)) found.set(name, new Set([...(found.get(name) || []), ...listed(schema)]));
      else if (schema.type === 'string' && !found.has(name)) found.set(name, null);
    }
  }
  for (const [name, values] of found) if (!values) found.delete(name);
  return found;
}

module.exports = {words};
