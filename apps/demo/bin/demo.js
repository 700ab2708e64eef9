#!/usr/bin/env node
// `npm run demo`. Plain JavaScript until the Node.js version is known to be new enough.
import { spawn } from 'node:child_process';
import { isModern, modernNode } from '../../../tools/modern-node.js';

if (isModern(process.versions.node)) {
  const { main } = await import('../src/main.ts');
  process.exitCode = await main(process.argv.slice(2));
} else {
  const child = spawn(modernNode(), [process.argv[1], ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}
