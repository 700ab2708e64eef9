import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { API_BASE } from '@sekisho/api';
import type { Archived, Kept } from '../account/account.ts';
import { DemoError } from '../errors.ts';
import type { Place } from './place.ts';

interface HeldPage {
  readonly entries: readonly { readonly message: string; readonly forwardPath: string; readonly reason: string }[];
  readonly cursor: number | null;
}

interface QueuePage {
  readonly rows: readonly { readonly message: string; readonly address: string; readonly lastReply: string | null }[];
  readonly next: string | null;
}

const PAGE = 200;

/** Asks the house over the operators' socket what it keeps of a tenant's mail, as the command `sekisho` does. */
export async function askKept({ data }: Pick<Place, 'data'>, tenant: string): Promise<Kept[]> {
  const socket = join(data, 'run', 'api.sock');
  const base = `${API_BASE}/tenants/${tenant}`;
  const kept: Kept[] = [];
  for (let cursor: number | null = 0; cursor !== null; ) {
    const from: string = cursor === 0 ? '' : `&cursor=${cursor}`;
    const page: HeldPage = await get<HeldPage>(socket, `${base}/quarantine?limit=${PAGE}${from}`);
    for (const { message, forwardPath, reason } of page.entries)
      kept.push({ tenant, spoolId: message, forwardPath, kind: 'quarantined', why: reason });
    cursor = page.cursor;
  }
  for (const [state, kind] of [['open', 'waiting'] as const, ['failed', 'returned'] as const]) {
    for (let next: string | null = ''; next !== null; ) {
      const after: string = next === '' ? '' : `&after=${encodeURIComponent(next)}`;
      const page: QueuePage = await get<QueuePage>(socket, `${base}/queue?state=${state}&limit=${PAGE}${after}`);
      for (const { message, address, lastReply } of page.rows)
        kept.push({ tenant, spoolId: message, forwardPath: address, kind, why: lastReply ?? '' });
      next = page.next;
    }
  }
  return kept;
}

/** Lets the house read every archived body of a tenant again and compare it with the journal. */
export async function askArchived({ data }: Pick<Place, 'data'>, tenant: string): Promise<Archived> {
  const socket = join(data, 'run', 'api.sock');
  const lines = (await ask(socket, `${API_BASE}/tenants/${tenant}/verify`, 'POST')).trimEnd().split('\n');
  return JSON.parse(lines.at(-1)!) as Archived;
}

const get = async <Answer>(socket: string, path: string) => JSON.parse(await ask(socket, path, 'GET')) as Answer;

async function ask(socketPath: string, path: string, method: 'GET' | 'POST'): Promise<string> {
  const asked = request({ socketPath, path, method, headers: { host: 'sekisho', 'x-sekisho-actor': 'demo' } });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  if (response.statusCode !== 200)
    throw new DemoError('api', `Cannot ask the house for "${path}": ${response.statusCode} ${text.slice(0, 200)}`);
  return text;
}
