import type { RootRotation } from '@sekisho/api';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';

export const keysCommands: readonly Command[] = [
  {
    name: 'keys rotate',
    about: { ja: 'ルート鍵を新しくする(動かしたままで)', en: 'make a new root key, while the system runs' },
    positionals: [],
    options: {},
    example: 'sekisho keys rotate',
    notes: {
      ja: 'テナントの鍵は新しいルート鍵で包み直されます。メール本体は書き換えません。',
      en: 'Tenants’ keys are wrapped anew under the new root key; no mail is rewritten.',
    },
    isReader: true,
    async run(context) {
      const done = await context.api.post<RootRotation>('/keys/rotate');
      context.print(done, () => {
        context.say({
          ja: `新しいルート鍵は ${done.file} の先頭にあります。`,
          en: `The new root key is the first one in ${done.file}.`,
        });
        context.say({
          ja: 'このファイルの写しを安全な場所に保管してください。失うとすべてのメールを失います。',
          en: 'Keep a copy of this file in a safe place: who loses it loses all mail.',
        });
        context.say({
          ja: `前の鍵(${done.formerKeys} 個)も消さないでください。これまでのバックアップと、まだ処理中のスプールを開くのに要ります。`,
          en: `Keep the former keys in it as well (${done.formerKeys}): earlier backups, and mail that is still in the spool, need them.`,
        });
      });
      return EXIT.good;
    },
  },
];
