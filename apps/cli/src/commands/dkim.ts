import type { DkimKeyView } from '@sekisho/api';
import { part } from '../client/api-client.ts';
import type { Command, Context } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { DOMAIN, TENANT, wordOption } from './shared.ts';

const ALGORITHMS = ['rsa-sha256', 'ed25519-sha256'] as const;

const pathOf = (context: Context) =>
  `/tenants/${part(context.place('TENANT'))}/domains/${part(context.place('DOMAIN'))}/dkim-keys`;

/** A key for people: what it does, and the record as a zone file takes it. */
function showKey(context: Context, { selector, algorithm, signs, createdAt, record }: DkimKeyView): void {
  const state = signs ? { ja: '署名に使用中', en: 'signs' } : { ja: '未使用', en: 'does not sign' };
  context.streams.out(`${selector}  ${algorithm}  ${context.text(state)}  ${context.time(createdAt)}\n`);
  const strings = record.strings.map((one) => `"${one}"`).join(' ');
  context.streams.out(`  ${record.name}. IN TXT ( ${strings} )\n`);
}

export const dkimCommands: readonly Command[] = [
  {
    name: 'dkim create',
    about: {
      ja: '署名鍵を作り、公開する DNS レコードを示す',
      en: 'make a signing key and show the DNS record to publish',
    },
    positionals: [TENANT, DOMAIN],
    options: {
      selector: {
        value: 'NAME',
        about: { ja: 'セレクター(省略時は年月の入った名前)', en: 'selector (default: a name with the month)' },
      },
      algorithm: {
        value: ALGORITHMS.join('|'),
        about: { ja: '署名方式(省略時は rsa-sha256)', en: 'algorithm (default: rsa-sha256)' },
      },
    },
    example: 'sekisho dkim create kumo kumo.example',
    notes: {
      ja: 'ドメインの最初の鍵はすぐに署名に使われます。2 つ目からは、DNS に公開してから「dkim use」で切り替えます。',
      en: 'The first key of a domain signs at once. Publish the record of another one before "dkim use" puts it to use.',
    },
    isReader: true,
    async run(context) {
      const selector = context.option('selector');
      const key = await context.api.post<DkimKeyView>(pathOf(context), {
        algorithm: wordOption(context, 'algorithm', ALGORITHMS),
        ...(selector === null ? {} : { selector }),
      });
      context.print(key, () => {
        showKey(context, key);
        context.say({ ja: 'このレコードを DNS に公開してください。', en: 'Publish this record in DNS.' });
      });
      return EXIT.good;
    },
  },
  {
    name: 'dkim show',
    about: { ja: 'ドメインの署名鍵と DNS レコード', en: 'show the signing keys of a domain and their DNS records' },
    positionals: [TENANT, DOMAIN],
    options: {},
    example: 'sekisho dkim show kumo kumo.example',
    isReader: true,
    async run(context) {
      const { keys } = await context.api.get<{ keys: DkimKeyView[] }>(pathOf(context));
      context.print(keys, () => {
        if (keys.length === 0) context.say({ ja: '鍵はありません', en: 'there is no key' });
        for (const key of keys) showKey(context, key);
      });
      return EXIT.good;
    },
  },
  {
    name: 'dkim use',
    about: { ja: '署名に使う鍵を切り替える', en: 'let another key sign' },
    positionals: [TENANT, DOMAIN, { name: 'SELECTOR', about: { ja: 'セレクター', en: 'its selector' } }],
    options: {},
    example: 'sekisho dkim use kumo kumo.example sekisho-202612',
    isReader: false,
    async run(context) {
      const selector = context.place('SELECTOR');
      await context.api.post(`${pathOf(context)}/${part(selector)}/use`);
      context.say({ ja: `これからは ${selector} で署名します`, en: `${selector} signs from now on` });
      return EXIT.good;
    },
  },
];
