'use strict';
// A reverse proxy that judges: node proxy.js READY.json DESCRIPTIONS [PORT]. It stands in front of the emulator, with the
// emulator's own certificate, and prints one JSON line with its port. A request that is wrong gets 422 and does not reach
// the emulator. GET /_validator/report answers everything that was found; it ends when its stdin closes.
const fs = require('fs'), https = require('https');
const {Judge, requestOf} = require('./judge');

const ready = JSON.parse(fs.readFileSync(process.argv[2]));
const judge = new Judge(process.argv[3]);
const upstream = new https.Agent({keepAlive: true, ca: fs.readFileSync(ready.ca)});
const violations = [];

const parsed = text => { try { return text.length ? JSON.parse(text) : undefined; } catch { return undefined; } };

function note(side, request, found, status) {
  for (const one of found) violations.push({side, method: request.method, path: request.path, status, ...one});
}

const pairs = raw => raw.reduce((found, value, at) => (at % 2 ? found : [...found, [value, raw[at + 1]]]), []);

function forward(incoming, request, text, outgoing) {
  const onward = https.request({host: '127.0.0.1', servername: 'localhost', port: ready.port, agent: upstream,
    method: request.method, path: request.url, headers: incoming.headers}, answer => {
    const chunks = [];
    answer.on('data', chunk => chunks.push(chunk));
    answer.on('aborted', () => outgoing.destroy());
    answer.on('end', async () => {
      const raw = Buffer.concat(chunks);
      if (request.judged)
        note('answer', request, await judge.answer(request, answer.statusCode, answer.headers, parsed(raw.toString())),
          answer.statusCode);
      outgoing.writeHead(answer.statusCode, pairs(answer.rawHeaders));
      outgoing.end(raw);
    });
  });
  onward.on('error', () => outgoing.destroy());
  onward.end(text);
}

async function serve(incoming, outgoing, text) {
  const request = requestOf(incoming.method, incoming.url, incoming.headers, parsed(text.toString()));
  if (request.path === '/_validator/report') {
    outgoing.setHeader('content-type', 'application/json');
    return outgoing.end(JSON.stringify({...judge.counts, violations}));
  }
  if (request.path === '/_control/reset') judge.rules.forget();
  request.judged = /^\/subscriptions\//i.test(request.path);
  const found = request.judged ? await judge.request(request) : [];
  note('request', request, found);
  if (!found.length) return forward(incoming, request, text, outgoing);
  outgoing.writeHead(422, {'content-type': 'application/json'});
  outgoing.end(JSON.stringify({error: {code: 'DescriptionViolated', message: found[0].message, details: found}}));
}

judge.ready().then(() => {
  const server = https.createServer({cert: fs.readFileSync(ready.certificate), key: fs.readFileSync(ready.key)},
    (incoming, outgoing) => {
      const chunks = [];
      incoming.on('data', chunk => chunks.push(chunk));
      incoming.on('end', () => serve(incoming, outgoing, Buffer.concat(chunks)).catch(error => {
        violations.push({side: 'proxy', code: 'BROKEN', message: String(error.stack)});
        outgoing.destroy();
      }));
    });
  // Compiling a schema blocks for seconds; a connection that is idle meanwhile must not be closed.
  server.keepAliveTimeout = 120000;
  server.listen(Number(process.argv[4] || 0), '127.0.0.1', () =>
    console.log(JSON.stringify({port: server.address().port, url: `https://127.0.0.1:${server.address().port}`})));
  process.stdin.on('end', () => process.exit(0)).resume();
}).catch(error => { console.error(error); process.exit(1); });
