import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';

export const versionCommand: Command = {
  name: 'version',
  about: { ja: 'バージョン', en: 'show the version' },
  positionals: [],
  options: {},
  example: 'sekisho version',
  isReader: true,
  async run(context) {
    const { PROGRAM_VERSION, sqliteVersion } = await import('@sekisho/tenants');
    const version = { sekisho: PROGRAM_VERSION, node: process.versions.node, sqlite: sqliteVersion() };
    context.print(version, () =>
      context.streams.out(`sekisho ${version.sekisho} (Node.js ${version.node}, SQLite ${version.sqlite})\n`),
    );
    return EXIT.good;
  },
};
