/** Writes docs/configuration.md out of the catalogues of `@sekisho/config`: `node tools/run.js tools/write-reference.ts`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatReference } from '@sekisho/config';
import { runFormatter } from './check/format.ts';

const file = join(import.meta.dirname, '..', 'docs', 'configuration.md');
writeFileSync(file, formatReference());
process.exit(runFormatter(true, [file]));
