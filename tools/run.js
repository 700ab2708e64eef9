// Runs a TypeScript entry on a Node that can: the one in use when it is new enough, else the bundled one.
// Plain JavaScript without imports of ours, because it must load on any Node that npm runs on.
import { spawn } from 'node:child_process';
import { modernNode } from './modern-node.js';

const [entry, ...args] = process.argv.slice(2);
const child = spawn(modernNode(), ['--enable-source-maps', entry, ...args], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
