import type { DecisionView, DifferenceView, EntryView, RuleView } from '@sekisho/api';
import { part } from '../client/api-client.ts';
import type { Command, Context } from '../command.ts';
import { CommandError, UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { plain } from '../output/plain.ts';
import { readNamedFile } from './recipient.ts';
import {
  decisionLine,
  type PolicySet,
  showDifferences,
  showRules,
  showSet,
  showUnreachable,
  type Unreachable,
} from './show-policy.ts';
import { NOTE, numberOption, TENANT } from './shared.ts';

const FILE = {
  name: 'FILE',
  about: {
    ja: 'ルールの JSON({"rules": [...]})。「policy show --json」と同じ形',
    en: 'JSON of rules ({"rules": [...]}), as "policy show --json" prints it',
  },
};
const pathOf = (context: Context, verb = '') => `/tenants/${part(context.place('TENANT'))}/policy${verb}`;

/** The rules of a file: a list, or an object with one. What only answers have is left out. */
function rulesIn(file: string): unknown[] {
  const text = readNamedFile(file).toString('utf8');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const why = (error as Error).message;
    throw new CommandError('file', EXIT.failed, {
      ja: `${file} は JSON ではありません: ${why}`,
      en: `Cannot read ${file}: it is not JSON: ${why}`,
    });
  }
  const list = Array.isArray(json) ? json : (json as { rules?: unknown } | null)?.rules;
  if (!Array.isArray(list))
    throw new CommandError('file', EXIT.failed, {
      ja: `${file} に rules の一覧がありません`,
      en: `Cannot use ${file}: it has no list "rules"`,
    });
  return list.map((rule: unknown) => {
    if (typeof rule !== 'object' || rule === null) return rule;
    const { says: _says, ...rest } = rule as Record<string, unknown>;
    return rest;
  });
}

function numberPlace(context: Context, name: string): number {
  const text = context.place(name);
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError({
    ja: `${name} には番号を指定してください`,
    en: `Cannot use "${text}" as ${name}: a number is needed`,
  });
}

export const policyCommands: readonly Command[] = [
  {
    name: 'policy show',
    about: { ja: '今のルール', en: 'show the rules in force' },
    positionals: [TENANT],
    options: { number: { value: 'N', about: { ja: '履歴の N 番のルール', en: 'those of an entry of the history' } } },
    example: 'sekisho policy show kumo',
    isReader: true,
    async run(context) {
      const number = numberOption(context, 'number');
      if (number !== undefined) {
        const found = await context.api.get<{ rules: RuleView[] }>(pathOf(context, `/versions/${number}`));
        context.print(found, () => showRules(context, found.rules));
        return EXIT.good;
      }
      const policy = await context.api.get<{ entry: EntryView; rules: RuleView[]; unreachable: Unreachable[] }>(
        pathOf(context),
      );
      context.print(policy, () => {
        const { entry } = policy;
        const set = entry.setAt ? `${context.time(entry.setAt)} ${entry.by?.name ?? ''}` : '';
        const note = entry.note === '' ? '' : `: ${plain(entry.note)}`;
        context.say({
          ja: `ルール ${entry.number} 番(版 ${entry.version})${set ? `、${set}` : '、最初のもの'}${note}`,
          en: `rules number ${entry.number} (version ${entry.version})${set ? `, ${set}` : ', as in the beginning'}${note}`,
        });
        showRules(context, policy.rules);
        showUnreachable(context, policy.unreachable);
      });
      return EXIT.good;
    },
  },
  {
    name: 'policy set',
    about: { ja: 'ルールを入れ替える(前のものは残ります)', en: 'put rules in force; the ones before are kept' },
    positionals: [TENANT, FILE],
    options: {
      note: NOTE,
      expected: {
        value: 'VERSION',
        about: { ja: 'この版から変わっていたら止める', en: 'refuse when another version is in force' },
      },
    },
    example: 'sekisho policy set kumo rules.json --note "実行ファイルを隔離"',
    notes: {
      ja: '先に「policy test」と「policy dry-run」で確かめられます。条件と動作の一覧は /api/v1/policy/catalogue にあります。',
      en: 'Try "policy test" and "policy dry-run" first. /api/v1/policy/catalogue lists what rules can say.',
    },
    isReader: true,
    async run(context) {
      const expected = context.option('expected');
      const done = await context.api.send<PolicySet>(pathOf(context), {
        method: 'PUT',
        json: {
          rules: rulesIn(context.place('FILE')),
          note: context.option('note') ?? '',
          ...(expected === null ? {} : { expected }),
        },
      });
      context.print(done, () => showSet(context, done));
      return EXIT.good;
    },
  },
  {
    name: 'policy test',
    about: {
      ja: 'ルールの誤りを調べ、過去の 1 通がどうなるかを示す',
      en: 'check rules, and say what they decide for a message of the past',
    },
    positionals: [TENANT, { ...FILE, isOptional: true }],
    options: { message: { value: 'ID', about: { ja: 'アーカイブのメッセージ', en: 'a message of the archive' } } },
    example: 'sekisho policy test kumo rules.json --message 01hq8x5v2k00a2c',
    isReader: true,
    async run(context) {
      const [file, message] = [context.place('FILE'), context.option('message')];
      const done = await context.api.post<PolicySet & { version: string; decisions: DecisionView[] | null }>(
        pathOf(context, '/test'),
        { ...(file === '' ? {} : { rules: rulesIn(file) }), ...(message === null ? {} : { message }) },
      );
      context.print(done, () => {
        if (file !== '') showDifferences(context, done.differences);
        showUnreachable(context, done.unreachable);
        for (const decision of done.decisions ?? [])
          context.streams.out(`${plain(decision.forwardPath)}  ${decisionLine(context, decision)}\n`);
        if (done.decisions === null) context.say({ ja: 'ルールに誤りはありません', en: 'the rules can be used' });
      });
      return EXIT.good;
    },
  },
  {
    name: 'policy dry-run',
    about: {
      ja: '過去のメールがルールでどう変わるかを示す(何も変えません)',
      en: 'say for which past mail rules would decide otherwise; nothing changes',
    },
    positionals: [TENANT, FILE],
    options: {
      messages: {
        value: 'N',
        about: { ja: '新しい順に何通か(省略時は 1000)', en: 'how many, the newest first (default: 1000)' },
      },
    },
    example: 'sekisho policy dry-run kumo rules.json --messages 5000',
    isReader: true,
    async run(context) {
      const messages = numberOption(context, 'messages');
      const done = await context.api.post<{
        looked: number;
        count: number;
        differences: { message: string; forwardPath: string; before: DecisionView; after: DecisionView }[];
      }>(pathOf(context, '/dry-run'), {
        rules: rulesIn(context.place('FILE')),
        ...(messages === undefined ? {} : { messages }),
      });
      context.print(done, () => {
        for (const { message, forwardPath, before, after } of done.differences) {
          context.streams.out(`${message}  ${plain(forwardPath)}\n`);
          context.streams.out(`  - ${decisionLine(context, before)}\n  + ${decisionLine(context, after)}\n`);
        }
        context.say({
          ja: `${done.looked} 通を調べ、${done.count} 件の宛先で結果が変わります`,
          en: `looked at ${done.looked} messages; the outcome differs for ${done.count} recipients`,
        });
      });
      return EXIT.good;
    },
  },
  {
    name: 'policy history',
    about: { ja: 'ルールの変更の記録', en: 'show who set rules, when and why' },
    positionals: [TENANT],
    options: { limit: { value: 'N', about: { ja: '表示する件数', en: 'how many' } } },
    example: 'sekisho policy history kumo',
    isReader: true,
    async run(context) {
      const { text, time } = context;
      const query = { limit: numberOption(context, 'limit') };
      const page = await context.api.get<{ entries: EntryView[]; next: number | null }>(
        pathOf(context, '/history'),
        query,
      );
      context.print(page, () =>
        context.table(
          [
            { head: text({ ja: '番号', en: 'number' }), isNumber: true },
            { head: text({ ja: '版', en: 'version' }) },
            { head: text({ ja: '時刻', en: 'time' }) },
            { head: text({ ja: '誰が', en: 'by' }) },
            { head: text({ ja: '理由', en: 'note' }), most: 60 },
          ],
          page.entries.map(({ number, version, setAt, by, note, reverts }) => [
            String(number),
            version,
            time(setAt),
            by?.name ?? '-',
            [reverts === null ? '' : text({ ja: `${reverts} 番に戻す`, en: `back to ${reverts}` }), note]
              .filter(Boolean)
              .join(': '),
          ]),
        ),
      );
      return EXIT.good;
    },
  },
  {
    name: 'policy diff',
    about: { ja: '履歴の 2 つのルールの違い', en: 'show what differs between two entries of the history' },
    positionals: [
      TENANT,
      { name: 'FROM', about: { ja: '番号', en: 'a number' } },
      { name: 'TO', about: { ja: '番号', en: 'a number' } },
    ],
    options: {},
    example: 'sekisho policy diff kumo 0 2',
    isReader: true,
    async run(context) {
      const query = { from: numberPlace(context, 'FROM'), to: numberPlace(context, 'TO') };
      const { differences } = await context.api.get<{ differences: DifferenceView[] }>(
        pathOf(context, '/differences'),
        query,
      );
      context.print(differences, () => showDifferences(context, differences));
      return EXIT.good;
    },
  },
  {
    name: 'policy revert',
    about: { ja: '前のルールに戻す', en: 'put the rules of an earlier entry in force again' },
    positionals: [
      TENANT,
      { name: 'NUMBER', about: { ja: '履歴の番号(0 は最初のもの)', en: 'number in the history; 0 is the beginning' } },
    ],
    options: { note: NOTE },
    example: 'sekisho policy revert kumo 3 --note "誤検知が多い"',
    isReader: true,
    async run(context) {
      const asked = { number: numberPlace(context, 'NUMBER'), note: context.option('note') ?? '' };
      const done = await context.api.post<PolicySet>(pathOf(context, '/revert'), asked);
      context.print(done, () => showSet(context, done));
      return EXIT.good;
    },
  },
];
