#!/usr/bin/env node
// Concord's sources are TypeScript that Node 24 runs as it is. An older Node hands over to the Node 24 that is
// installed beside it as the npm package `node`.
import { spawn } from 'node:child_process';
import module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const major = Number(process.versions.node.split('.')[0]);

if (major >= 24) {
  // What was compiled is kept in the system's folder for temporary files: the next start takes a third of the time.
  module.enableCompileCache();
  const { main } = await import('../src/cli.ts');
  process.exitCode = await main(process.argv.slice(2));
} else {
  const node = join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node');
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}
