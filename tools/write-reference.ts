/** Writes docs/configuration.md out of the catalogues of `@sekisho/config`: `node tools/run.js tools/write-reference.ts`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatReference } from '@sekisho/config';

writeFileSync(join(import.meta.dirname, '..', 'docs', 'configuration.md'), formatReference());
