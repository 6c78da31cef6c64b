'use strict';
// Judges requests and answers: by oav on Azure's descriptions, and by the rules that descriptions cannot state.
const path = require('path');
const {LiveValidator} = require('oav/dist/lib/liveValidation/liveValidator');
const {Rules, followed} = require('./rules'), {words} = require('./words');

const SITE_RECOVERY = 'recoveryservicessiterecovery/resource-manager/Microsoft.RecoveryServices/stable/2024-04-01/service.json';
const FILES = [SITE_RECOVERY, 'network/**/virtualNetwork.json', 'network/**/networkInterface.json',
  'recoveryservices/**/vaults.json', 'resources/**/resources.json'];
// No description of these is here: their paths and verbs are all that is judged.
const UNDESCRIBED = /\/providers\/microsoft\.(compute|storage|authorization)\/(?!.*microsoft\.recoveryservices)/i;
const HOST = 'https://management.azure.com';

const errors = result => result.runtimeException ? [{code: result.runtimeException.code, message: result.runtimeException.message}] :
  result.errors.map(one => ({code: one.code, message: `${(one.pathsInPayload || []).join(' ')} ${one.message}`}));

// What the live service answers although its description does not know it (recordings/job-*.json).
const recordedSo = one => one.code === 'DISCRIMINATOR_VALUE_NOT_FOUND' && /"(TaskDetails|GroupTaskDetails)"/.test(one.message);

class Judge {
  constructor(descriptions) {
    this.rules = new Rules(words(path.join(descriptions, SITE_RECOVERY)));
    this.validator = new LiveValidator({directory: descriptions, swaggerPathsPattern: FILES, git: {shouldClone: false},
      loadValidatorInInitialize: false, isPathCaseSensitive: false}, () => {});
    this.counts = {requests: 0, answers: 0, undescribed: 0};
  }

  ready() {
    return this.validator.initialize();
  }

  // {method, url, headers, body} -> violations
  async request(request) {
    this.counts.requests++;
    const found = this.rules.broken(request);
    if (followed(request.path)) return found;
    if (UNDESCRIBED.test(request.path)) {
      this.counts.undescribed++;
      return request.query.get('api-version') ? found : [...found, {code: 'NO_API_VERSION', message: 'there is none'}];
    }
    return found.concat(await this.described(request));
  }

  async described({method, url, headers, body}) {
    const result = await this.validator.validateLiveRequest({method, body, headers, url: HOST + url});
    return result.isSuccessful ? [] : errors(result);
  }

  // Errors are described for a part of the operations only; where one is, its shape is judged.
  async answer(request, status, headers, body) {
    this.rules.learn(request, status, body);
    if (followed(request.path) || UNDESCRIBED.test(request.path)) return [];
    this.counts.answers++;
    const result = await this.validator.validateLiveResponse({statusCode: String(status), headers, body},
      {url: HOST + request.url, method: request.method});
    return result.isSuccessful ? [] : errors(result).filter(one => !recordedSo(one) &&
      (status < 400 || one.code !== 'INVALID_RESPONSE_CODE'));
  }
}

// A request as the judge takes it, from what stood on the wire.
function requestOf(method, url, headers, body) {
  const [where, query] = url.split('?');
  return {method, url, headers, body, path: decodeURIComponent(where), query: new URLSearchParams(query)};
}

module.exports = {Judge, requestOf, HOST};
