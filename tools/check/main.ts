/** `npm run check`: format, types, arrows, documents. Ends with 1 when anything is wrong, and says what. */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { arrowFaults } from './arrows.ts';
import { documentFaults } from './docs.ts';
import { runFormatter } from './format.ts';

const root = join(dirname(import.meta.filename), '..', '..');
process.chdir(root);

function tell(what: string, faults: readonly string[]): boolean {
  for (const fault of faults) console.error(`${what}: ${fault}`);
  console.log(`${what}: ${faults.length === 0 ? 'good' : `${faults.length} wrong`}`);
  return faults.length === 0;
}

const types = () => spawnSync(join('node_modules', '.bin', 'tsc'), ['--noEmit'], { stdio: 'inherit' }).status === 0;
const results = [
  tell('arrows', arrowFaults(root)),
  tell('documents', documentFaults(root)),
  runFormatter(false) === 0,
  types(),
];
console.log(`types: ${results[3] ? 'good' : 'wrong'}`);
process.exit(results.every(Boolean) ? 0 : 1);
