'use strict';
// What Azure's descriptions cannot know of a request, and a client must hold all the same.

const fold = text => (text || '').toLowerCase();
const region = text => fold(text).replace(/ /g, '');
const QUERIES = new Set(['api-version', '$filter', '$expand', '$skiptoken', 'skiptoken', 'ipaddress', '$top']);
const PURGED = /\/(replicationprotecteditems|replicationfabrics|replicationprotectioncontainermappings)\/[^/]+$/;
const VNET = /\/providers\/microsoft\.network\/virtualnetworks\/[^/]+$/;
const MAPPING = /\/replicationnetworkmappings\/[^/]+$/;
const FABRIC = /\/replicationfabrics\/[^/]+$/;
const ITEM = /\/replicationprotecteditems\/[^/]+$/;

// Operations of a write; they are followed as the service gave them, whatever their query.
const followed = path =>
  /\/(replicationoperationstatus|operationresults|operations)\/[0-9a-f-]{36}$/.test(fold(path));

function emptyTexts(value, at, say) {
  if (value === '') say('EMPTY_TEXT', `${at} is an empty text`);
  else if (value && typeof value === 'object')
    for (const [name, inner] of Object.entries(value)) emptyTexts(inner, `${at}.${name}`, say);
}

function strangeWords(value, words, say) {
  if (!value || typeof value !== 'object') return;
  for (const [name, inner] of Object.entries(value)) {
    if (typeof inner === 'string' && words.has(name) && !words.get(name).has(inner))
      say('WORD_OUTSIDE_ENUM', `${name}: ${inner} is none of ${[...words.get(name)].join(' ')}`);
    strangeWords(inner, words, say);
  }
}

// Remembers what answers showed, and holds requests against it.
class Rules {
  constructor(words) {
    this.words = words;
    this.forget();
  }

  // Where the emulator begins anew.
  forget() {
    this.networks = new Map();  // folded id -> location
    this.fabrics = new Map();   // folded id -> location
    this.items = new Map();     // folded id -> the last answer
  }

  learn(request, status, body) {
    const path = fold(request.path);
    if (request.method === 'DELETE' && VNET.test(path)) this.networks.delete(path);
    if (status >= 400 || !body) return;
    for (const row of body.value || [body]) {
      const id = fold(row.id);
      if (VNET.test(id)) this.networks.set(id, region(row.location));
      if (FABRIC.test(id)) this.fabrics.set(id, region(row.properties.customDetails.location));
      if (ITEM.test(id) && request.method === 'GET' && !body.value) this.items.set(id, row);
    }
  }

  // The codes and sentences of everything that a request breaks.
  broken({method, path, query, headers, body}) {
    const found = [];
    const say = (code, message) => found.push({code, message});
    const folded = fold(path);
    if (!headers.authorization) say('NO_AUTHORIZATION', 'there is no Authorization header');
    if (followed(path)) return found;
    for (const name of query.keys())
      if (!QUERIES.has(fold(name))) say('UNKNOWN_QUERY', `the query parameter ${name} is not described`);
    if (body !== undefined && !/^application\/json/.test(headers['content-type'] || ''))
      say('NO_CONTENT_TYPE', 'a body without content-type application/json');
    if (method === 'DELETE' && PURGED.test(folded)) say('PURGE', 'a DELETE of this kind purges');
    if (body) this.body(method, folded, body, say);
    return found;
  }

  body(method, folded, body, say) {
    emptyTexts(body, 'body', say);
    const properties = body.properties || {};
    if (folded.includes('/microsoft.recoveryservices/')) strangeWords(body, this.words, say);
    if (method === 'PUT' && VNET.test(folded) && this.networks.has(folded) && 'subnets' in properties)
      say('SUBNETS_OF_EXISTING_NETWORK', 'a PUT of an existing network must leave subnets out');
    if (MAPPING.test(folded) && method === 'PUT') this.mapping(properties, say);
    if (ITEM.test(folded) && method === 'PATCH') this.patch(folded, properties, say);
    if (ITEM.test(folded) && method === 'PUT') this.enable(properties.providerSpecificDetails || {}, folded, say);
  }

  mapping(properties, say) {
    if (!properties.recoveryFabricName) say('NO_RECOVERY_FABRIC_NAME', 'recoveryFabricName is missing');
    const source = this.networks.get(fold((properties.fabricSpecificDetails || {}).primaryNetworkId));
    const target = this.networks.get(fold(properties.recoveryNetworkId));
    if (source && source === target) say('TARGET_IN_SOURCE_REGION', `both networks are in ${source}`);
  }

  patch(folded, properties, say) {
    const item = this.items.get(folded);
    if (!item) return say('PATCH_UNREAD', 'the item was not read before');
    const details = item.properties.providerSpecificDetails;
    if (!Array.isArray(properties.vmNics)) return;  // the description says what is wrong
    const sent = new Set(properties.vmNics.map(nic => nic.nicId));
    for (const nic of details.vmNics)
      if (!sent.has(nic.nicId)) say('NIC_LEFT_OUT', `the list replaces, and lacks the NIC ${nic.nicId}`);
    for (const name of ['selectedRecoveryAzureNetworkId', 'selectedTfoAzureNetworkId'])
      if (details[name] && !properties[name]) say('NETWORK_LEFT_OUT', `${name} would be forgotten`);
  }

  enable(details, folded, say) {
    const fabric = this.fabrics.get(folded.split('/replicationprotectioncontainers/')[0]);
    const other = this.fabrics.get(fold(details.recoveryContainerId).split('/replicationprotectioncontainers/')[0]);
    const network = this.networks.get(fold(details.recoveryAzureNetworkId));
    if (fabric && (fabric === other || fabric === network))
      say('TARGET_IN_SOURCE_REGION', `the machine would land in its own region ${fabric}`);
  }
}

module.exports = {Rules, followed};
