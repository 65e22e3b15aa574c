#!/usr/bin/env node
const { engines } = require('../package.json');

// Before anything that an old node cannot even read.
const [major, minor] = process.versions.node.split('.').map(Number);
const [leastMajor, leastMinor] = engines.node.match(/\d+/g).map(Number);
if (major < leastMajor || (major === leastMajor && minor < leastMinor)) {
  process.stderr.write(
    'gradoscope needs node ' +
      leastMajor +
      '.' +
      leastMinor +
      ' or newer; this is node ' +
      process.versions.node +
      ' (' +
      process.execPath +
      '). Install a newer one.\n',
  );
  process.exit(1);
}

require('../dist/cli/main.js')
  .main(process.argv.slice(2))
  .then(function (status) {
    process.exitCode = status;
  });
