'use strict';
// Taplo's language server behind standard input and output, as its native build has it. The package is a library.
const fs = require('fs');
const path = require('path');
const {fileURLToPath} = require('url');
const {TaploLsp} = require('@taplo/lsp');

const environment = {
  now: () => new Date(),
  envVar: name => process.env[name],
  envVars: () => Object.entries(process.env),
  stdErrAtty: () => false,
  stdin: process.stdin,
  stdout: process.stderr,
  stderr: process.stderr,
  glob: () => [],
  readFile: file => fs.promises.readFile(file),
  writeFile: (file, bytes) => fs.promises.writeFile(file, bytes),
  urlToFilePath: url => fileURLToPath(url),
  isAbsolute: file => path.isAbsolute(file),
  cwd: () => process.cwd(),
  findConfigFile: () => undefined,
  fetch: {fetch, Headers, Request, Response},
};

function send(message) {
  const body = Buffer.from(JSON.stringify(message));
  process.stdout.write(`Content-Length: ${body.length}\r\n\r\n`);
  process.stdout.write(body);
}

TaploLsp.initialize(environment, {onMessage: send}).then(server => {
  let buffer = Buffer.alloc(0);
  process.stdin.on('data', bytes => {
    buffer = Buffer.concat([buffer, bytes]);
    for (;;) {
      const end = buffer.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/.exec(buffer.subarray(0, end).toString())[1]);
      if (buffer.length < end + 4 + length) return;
      server.send(JSON.parse(buffer.subarray(end + 4, end + 4 + length).toString()));
      buffer = buffer.subarray(end + 4 + length);
    }
  });
  process.stdin.on('end', () => process.exit(0));
});
