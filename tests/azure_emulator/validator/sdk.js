'use strict';
// Drives Microsoft's generated clients through everything that a provider does: node sdk.js PART URL READY.json, where
// PART is network or site-recovery. Everything goes to URL, which is the judging proxy or the emulator. An answer that a
// client does not understand ends it with 1.
const fs = require('fs'), https = require('https');
const {SiteRecoveryManagementClient} = require('@azure/arm-recoveryservices-siterecovery');
const {NetworkManagementClient} = require('@azure/arm-network'), {ComputeManagementClient} = require('@azure/arm-compute');

const [, , part, url, file] = process.argv, ready = JSON.parse(fs.readFileSync(file));
const SUB = '00000000-0000-4000-8000-000000000001', GROUPS = `/subscriptions/${SUB}/resourceGroups`;
const VAULT = 'vault-dr', GROUP = 'rg-dr', ID = `${GROUPS}/${GROUP}/providers/Microsoft.RecoveryServices/vaults/${VAULT}`;
const NET = (group, name) => `${GROUPS}/${group}/providers/Microsoft.Network/virtualNetworks/${name}`;
const FABRIC = region => `asr-a2a-default-${region}`, CONTAINER = region => `${FABRIC(region)}-container`;
const CONTAINER_ID = region =>
  `${ID}/replicationFabrics/${FABRIC(region)}/replicationProtectionContainers/${CONTAINER(region)}`;
const EAST = 'eastasia', SOUTH = 'southeastasia', POLICY = '24-hour-retention-policy';
const POLICY_ID = `${ID}/replicationPolicies/${POLICY}`;
const MACHINE = `${GROUPS}/rg-app/providers/Microsoft.Compute/virtualMachines/web1`;

const credential = {getToken: async () => ({token: ready.token, expiresOnTimestamp: Date.now() + 3600000})};
const options = {endpoint: url, retryOptions: {maxRetries: 0}};
const site = new SiteRecoveryManagementClient(credential, SUB, {...options, apiVersion: '2024-04-01'});
const network = new NetworkManagementClient(credential, SUB, options);
const compute = new ComputeManagementClient(credential, SUB, options);
const soon = {updateIntervalInMs: 5};
const all = async rows => { const found = []; for await (const row of rows) found.push(row); return found; };
const headers = custom => ({...soon, requestOptions: {customHeaders: custom}});

function expect(condition, what) {
  if (!condition) throw new Error(`not as expected: ${what}`);
}

// Speaks to /_control of the emulator itself, past the proxy.
function control(verb, body) {
  return new Promise((resolve, reject) => https.request(`${ready.url}/_control/${verb}`,
    {method: 'POST', headers: {'content-type': 'application/json'}, servername: 'localhost'}, answer => {
      const chunks = [];
      answer.on('data', chunk => chunks.push(chunk));
      answer.on('end', () => answer.statusCode === 200 ? resolve(JSON.parse(Buffer.concat(chunks))) :
        reject(new Error(`${verb}: ${Buffer.concat(chunks)}`)));
    }).on('error', reject).end(JSON.stringify(body)));
}

async function estate() {
  await control('reset', {});
  await control('clock', {fast: true, durations: {enable: 2160}});
  await control('behave', {name: 'retry-after', value: null});
  await control('put', {
    vault: {group: GROUP, name: VAULT, region: SOUTH}, group: [{name: 'rg-app-asr', region: SOUTH},
      {name: 'rg-net', region: EAST}, {name: 'rg-net-dr', region: SOUTH}],
    storage: {group: 'rg-app', name: 'cacheeastasia1', region: EAST}});
}

// A machine with two NICs, the first with two configurations.
function machine() {
  const subnet = `${NET('rg-net', 'app-vnet')}/subnets/web`;
  return control('put', {machine: {group: 'rg-app', name: 'web1', region: EAST, nics: [
    {configs: [{subnet}, {subnet, ip: '10.1.1.20'}]}, {subnet, ip: '10.1.1.30'}]}});
}

async function given() {
  await control('put', {network: [
    {group: 'rg-net', name: 'app-vnet', region: EAST, space: ['10.1.0.0/16'], subnets: {web: '10.1.1.0/24'}},
    {group: 'rg-net-dr', name: 'app-vnet-dr', region: SOUTH, space: ['10.2.0.0/16'], subnets: {web: '10.2.1.0/24'}}]});
  await machine();
}

async function networks() {
  const body = (location, prefix) => ({location, tags: {'pairform-project': 'dr'},
    addressSpace: {addressPrefixes: [`${prefix}.0.0/16`]}, subnets: [{name: 'web', addressPrefix: `${prefix}.1.0/24`}]});
  const fresh = headers({'If-None-Match': '*'});
  await network.virtualNetworks.beginCreateOrUpdateAndWait('rg-net', 'app-vnet', body(EAST, '10.1'), fresh);
  await network.virtualNetworks.beginCreateOrUpdateAndWait('rg-net-dr', 'app-vnet-dr', body(SOUTH, '10.2'), fresh);
  const read = await network.virtualNetworks.get('rg-net-dr', 'app-vnet-dr');
  expect(read.provisioningState === 'Succeeded', 'a finished network');
  await network.virtualNetworks.beginCreateOrUpdateAndWait('rg-net-dr', 'app-vnet-dr', {location: SOUTH, tags: read.tags,
    addressSpace: {addressPrefixes: ['10.2.0.0/16', '10.3.0.0/16']}}, headers({'If-Match': read.etag}));
  await network.subnets.beginCreateOrUpdateAndWait('rg-net-dr', 'app-vnet-dr', 'db', {addressPrefix: '10.3.1.0/24'}, soon);
  await network.subnets.beginCreateOrUpdateAndWait('rg-net-dr', 'app-vnet-dr', 'gone', {addressPrefix: '10.3.2.0/24'}, soon);
  await network.subnets.beginDeleteAndWait('rg-net-dr', 'app-vnet-dr', 'gone', soon);
  await machine();
  const listed = await all(network.virtualNetworks.listAll());
  expect(listed.length === 2 && listed[1].subnets.length === 2, 'two networks, two subnets');
  const wide = await network.virtualNetworks.get('rg-net', 'app-vnet', {expand: 'subnets/ipConfigurations'});
  expect(wide.subnets[0].ipConfigurations.length === 3, 'three users of the subnet');
  const address = await network.virtualNetworks.checkIPAddressAvailability('rg-net-dr', 'app-vnet-dr', '10.2.1.10');
  expect(address.available, 'a free address');
  expect((await all(network.networkInterfaces.listAll())).length === 2, 'two NICs');
  expect((await all(compute.virtualMachines.listAll())).length === 1, 'one machine');
  expect((await compute.virtualMachines.get('rg-app', 'web1')).provisioningState === 'Succeeded', 'a machine that is up');
  await network.virtualNetworks.beginDeleteAndWait('rg-net-dr', 'app-vnet-dr', soon);
}

async function plumbing() {
  for (const region of [EAST, SOUTH])
    await site.replicationFabrics.beginCreateAndWait(VAULT, GROUP, FABRIC(region), {properties: {
      customDetails: {instanceType: 'Azure', location: region}}}, soon);
  for (const region of [EAST, SOUTH])
    await site.replicationProtectionContainers.beginCreateAndWait(VAULT, GROUP, FABRIC(region), CONTAINER(region), {
      properties: {providerSpecificInput: [{instanceType: 'A2A'}]}}, soon);
  await site.replicationPolicies.beginCreateAndWait(VAULT, GROUP, POLICY, {properties: {providerSpecificInput: {
    instanceType: 'A2A', multiVmSyncStatus: 'Enable', recoveryPointHistory: 1440, crashConsistentFrequencyInMinutes: 5,
    appConsistentFrequencyInMinutes: 0}}}, soon);
  for (const [from, to] of [[EAST, SOUTH], [SOUTH, EAST]])
    await site.replicationProtectionContainerMappings.beginCreateAndWait(VAULT, GROUP, FABRIC(from), CONTAINER(from),
      `${from}-${to}-${POLICY}`, {properties: {targetProtectionContainerId: CONTAINER_ID(to), policyId: POLICY_ID,
        providerSpecificInput: {instanceType: 'A2A', agentAutoUpdateStatus: 'Disabled'}}}, soon);
  expect((await all(site.replicationFabrics.list(VAULT, GROUP))).length === 2, 'two fabrics');
  const containers = await all(site.replicationProtectionContainers.list(VAULT, GROUP));
  expect(containers.every(one => one.properties.pairingStatus === 'Paired'), 'paired containers');
  expect((await all(site.replicationPolicies.list(VAULT, GROUP)))[0].properties.providerSpecificDetails.multiVmSyncStatus ===
    'Enabled', 'a policy that syncs');
  expect((await all(site.replicationProtectionContainerMappings.list(VAULT, GROUP))).length === 2, 'both ways');
}

const mapping = (from, to, fabric) => ({properties: {recoveryFabricName: FABRIC(fabric), recoveryNetworkId: to,
  fabricSpecificDetails: {instanceType: 'AzureToAzure', primaryNetworkId: from}}});

async function mappings() {
  const here = NET('rg-net', 'app-vnet'), there = NET('rg-net-dr', 'app-vnet-dr');
  const put = (region, name, body) => site.replicationNetworkMappings.beginCreateAndWait(VAULT, GROUP, FABRIC(region),
    'azureNetwork', name, body, soon);
  const made = await put(EAST, 'app-vnet-southeastasia', mapping(here, there, SOUTH));
  expect(made.properties.state === 'Paired', 'a mapping that is paired');
  await put(SOUTH, 'app-vnet-dr-eastasia', mapping(there, here, EAST));
  await put(EAST, 'app-vnet-southeastasia', mapping(here, there, SOUTH));
  expect((await all(site.replicationNetworkMappings.list(VAULT, GROUP))).length === 2, 'two halves');
}

const item = [VAULT, GROUP, FABRIC(EAST), CONTAINER(EAST), 'web1-item'];

async function enable() {
  const fit = await site.replicationEligibilityResultsOperations.get('rg-app', 'web1');
  expect((fit.properties.errors || []).length === 0, 'a machine that may be replicated');
  await site.replicationProtectedItems.beginCreateAndWait(...item, {properties: {policyId: POLICY_ID,
    providerSpecificDetails: {instanceType: 'A2A', fabricObjectId: MACHINE, recoveryContainerId: CONTAINER_ID(SOUTH),
      recoveryResourceGroupId: `${GROUPS}/rg-app-asr`, recoveryAzureNetworkId: NET('rg-net-dr', 'app-vnet-dr'),
      recoverySubnetName: 'web', vmManagedDisks: [{diskId: `${GROUPS}/rg-app/providers/Microsoft.Compute/disks/web1_os`,
        primaryStagingAzureStorageAccountId: `${GROUPS}/rg-app/providers/Microsoft.Storage/storageAccounts/cacheeastasia1`,
        recoveryResourceGroupId: `${GROUPS}/rg-app-asr`}]}}}, soon);
  const states = [];
  for (let read; !read || read.properties.protectionState !== 'Protected';) {
    read = await site.replicationProtectedItems.get(...item);
    states.push(read.properties.protectionState);
    expect(states.length < 10, `an item that is protected at last: ${states}`);
    await control('clock', {advance: 1200});
  }
  expect(states[0].startsWith('InitialReplication'), 'an item that is seeded first');
  expect((await all(site.replicationProtectedItems.list(VAULT, GROUP))).length === 1, 'one item on two pages');
}

async function nics() {
  const details = (await site.replicationProtectedItems.get(...item)).properties.providerSpecificDetails;
  expect(details.vmNics.length === 2, 'two NICs of the item');
  const address = {'10.1.1.20': '10.2.1.20', '10.1.1.30': '10.2.1.30'};
  const vmNics = details.vmNics.map(nic => ({nicId: nic.nicId, selectionType: 'SelectedByUser',
    ipConfigs: nic.ipConfigs.map(config => ({ipConfigName: config.name, isPrimary: config.isPrimary,
      isSeletedForFailover: true, recoverySubnetName: 'web', recoveryStaticIPAddress: address[config.staticIPAddress]}))}));
  await site.replicationProtectedItems.beginUpdateAndWait(...item, {properties: {
    recoveryAzureVMName: details.recoveryAzureVMName, selectedRecoveryAzureNetworkId: details.selectedRecoveryAzureNetworkId,
    vmNics, providerSpecificDetails: {instanceType: 'A2A', tfoAzureVMName: details.tfoAzureVMName}}}, soon);
  const after = (await site.replicationProtectedItems.get(...item)).properties.providerSpecificDetails;
  expect(after.vmNics[1].ipConfigs[0].recoveryStaticIPAddress === '10.2.1.30', 'the address of the second NIC');
  const jobs = await all(site.replicationJobs.list(VAULT, GROUP));
  const job = await site.replicationJobs.get(VAULT, GROUP, jobs[0].name);
  expect(job.properties.scenarioName === 'UpdateVmProperties' && job.properties.state === 'Succeeded', 'the job of the update');
}

async function remove() {
  await site.replicationProtectedItems.beginDeleteAndWait(...item, {properties: {
    disableProtectionReason: 'NotSpecified'}}, soon);
  for (const [region, name] of [[EAST, 'app-vnet-southeastasia'], [SOUTH, 'app-vnet-dr-eastasia']])
    await site.replicationNetworkMappings.beginDeleteAndWait(VAULT, GROUP, FABRIC(region), 'azureNetwork', name, soon);
  expect((await all(site.replicationNetworkMappings.list(VAULT, GROUP))).length === 0, 'no half');
  expect((await all(site.replicationProtectedItems.list(VAULT, GROUP))).length === 0, 'no item');
}

(async () => {
  const parts = {network: [estate, networks], 'site-recovery': [estate, given, plumbing, mappings, enable, nics, remove]};
  for (const step of parts[part]) {
    await step();
    console.error(`sdk: ${step.name} done`);
  }
})().catch(error => {
  console.error(error.message, error.stack, JSON.stringify((error.response || {}).bodyAsText || error.details || ''));
  process.exit(1);
});
