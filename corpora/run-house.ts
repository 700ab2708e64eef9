import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { effectiveSettings } from '@sekisho/config';
import { ScriptedServer } from '@sekisho/delivery/testing';
import { hasClamd, startClamd } from '@sekisho/inspection/testing';
import type { Zones } from '@sekisho/ports';
import { TestHouse } from '@sekisho/server/testing';
import type { CorpusMail } from './collect-mails.ts';
import type { Account } from './account.ts';
import { reconcile } from './reconcile.ts';
import { DOMAIN, type SentMail, sendMails } from './send-mails.ts';

/** A pass of all mails through a running house. */
export interface Pass {
  readonly account: Account;
  readonly sent: readonly SentMail[];
  readonly restarts: number;
  /** Seconds until the last reply, and until the last mail was where it belongs. */
  readonly sendSeconds: number;
  readonly pathSeconds: number;
}

const TENANT = 'corpora';
const QUIET_MS = 1500;
const PATH_LIMIT_MS = 200_000;
const settings = effectiveSettings({}, {});
const limits = {
  messageOctets: settings['smtp.message-octets'],
  headerOctets: settings['smtp.header-octets'],
  receivedFields: settings['smtp.received-fields'],
};

/** Sends all mails to a house with one tenant and a next hop, waits until all is done, and compares every side. */
export async function runHouse(mails: readonly CorpusMail[], zones: Zones): Promise<Pass> {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-corpora-clamd-'));
  const clamd = hasClamd() ? await startClamd(folder) : null;
  await using sink = await ScriptedServer.start({
    keywords: ['PIPELINING', 'SIZE 104857600', '8BITMIME', 'SMTPUTF8', 'DSN'],
  });
  try {
    await using house = await TestHouse.prepare({
      tenants: {
        [TENANT]: {
          domains: {
            [DOMAIN]: { nextHop: [{ host: '127.0.0.1', port: sink.port }], tls: 'none', recipientMode: 'accept-all' },
          },
        },
      },
      zones,
      scanProcesses: 2,
      segmentMib: 16,
      ...(clamd ? { clamd: clamd.address } : {}),
    });
    await house.start();
    const started = performance.now();
    const seconds = () => (performance.now() - started) / 1000;
    const sent = await sendMails(house.ports.smtp, mails);
    const sendSeconds = seconds();
    await house.settled(PATH_LIMIT_MS);
    await untilQuiet(sink);
    const pathSeconds = seconds() - QUIET_MS / 1000;
    const restarts = await restartsOf(house);
    await house.stop();
    await using open = await house.open();
    const account = await reconcile(sent, {
      house: open,
      tenant: house.tenants[TENANT]!,
      taken: sink.messages,
      limits,
    });
    const errors = house.log().filter(({ level }) => level === 'error' || level === 'stray');
    for (const line of errors) account.breach('log', JSON.stringify(line));
    return { account, sent, restarts, sendSeconds, pathSeconds };
  } finally {
    await clamd?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Waits until no mail has come to the next hop for a while. */
async function untilQuiet(sink: ScriptedServer): Promise<void> {
  for (let before = -1; before !== sink.messages.length; ) {
    before = sink.messages.length;
    await sleep(QUIET_MS);
  }
}

async function restartsOf(house: TestHouse): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${house.ports.http}/healthz`);
  const { processes } = (await answer.json()) as { processes: readonly { restarts: number }[] };
  return processes.reduce((sum, { restarts }) => sum + restarts, 0);
}
