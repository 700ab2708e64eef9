import { createInterface } from 'node:readline';
import type { VerifyLine } from '@sekisho/api';
import { part } from '../client/api-client.ts';
import type { Command, Context } from '../command.ts';
import { CommandError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { plain } from '../output/plain.ts';
import { tenantsOf } from './every-tenant.ts';

interface Verified {
  readonly tenant: string;
  readonly checked: number;
  readonly stored: number;
  readonly indexed: number;
  readonly faults: readonly { readonly message: string; readonly id: string; readonly why: string }[];
}

async function verifyTenant(context: Context, tenant: string): Promise<Verified> {
  const response = await context.api.open(`/tenants/${part(tenant)}/verify`, { method: 'POST' });
  const faults: Verified['faults'][number][] = [];
  const tell = (text: string) => {
    if (context.streams.isTerminal) context.streams.err(`\r${text}\u001b[K`);
  };
  for await (const text of createInterface({ input: response })) {
    const line = JSON.parse(text) as VerifyLine;
    if (line.kind === 'progress') tell(`${tenant}: ${line.checked} / ${line.stored}`);
    if (line.kind === 'fault') {
      faults.push(line);
      tell('');
      context.streams.err(`${tenant}: ${line.message}: ${plain(line.why)}\n`);
    }
    if (line.kind === 'done') {
      tell('');
      return { tenant, checked: line.checked, stored: line.stored, indexed: line.indexed, faults };
    }
  }
  throw new CommandError('verify-cut', EXIT.failed, {
    ja: `${tenant}: 検証が途中で切れました`,
    en: `Cannot verify ${tenant}: the answer ended early`,
  });
}

export const verifyCommand: Command = {
  name: 'verify',
  about: {
    ja: 'アーカイブの本体をすべて読み直し、ダイジェストを確かめる',
    en: 'read all archived bodies again and check their digests',
  },
  positionals: [
    { name: 'TENANT', about: { ja: 'テナント(省略時はすべて)', en: 'a tenant (default: all)' }, isOptional: true },
  ],
  options: {},
  example: 'sekisho verify kumo',
  notes: {
    ja: '1 通でも正しく読めなければ終了コードは 1 です。',
    en: 'The exit code is 1 when a single message is not as it should be.',
  },
  isReader: true,
  async run(context) {
    const results: Verified[] = [];
    for (const tenant of await tenantsOf(context, context.place('TENANT')))
      results.push(await verifyTenant(context, tenant));
    const isGood = results.every(({ faults, stored, indexed }) => faults.length === 0 && indexed >= stored);
    context.print(results, () => {
      for (const { tenant, checked, faults, stored, indexed } of results) {
        const state =
          faults.length === 0
            ? { ja: 'すべて正常', en: 'all good' }
            : { ja: `${faults.length} 通に問題`, en: `${faults.length} are not` };
        context.streams.out(
          `${tenant}: ${context.text({ ja: `${checked} 通を確認、${state.ja}`, en: `${checked} checked, ${state.en}` })}\n`,
        );
        if (indexed < stored)
          context.streams.out(
            `${tenant}: ${context.text({ ja: `${stored - indexed} 通が索引にありません`, en: `${stored - indexed} are not in the index` })}\n`,
          );
      }
    });
    return isGood ? EXIT.good : EXIT.failed;
  },
};
