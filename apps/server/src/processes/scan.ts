/** A scan process: opens one message at a time with the key of that message alone, and says what it found. */
import { connect, type Socket } from 'node:net';
import { type InspectionLimits, openInspector } from '@sekisho/inspection';
import { openMeter, systemClock } from '@sekisho/ports';
import { openBodyOf } from '@sekisho/spool';
import { frameLink } from '../links/frame-link.ts';
import type { CoreToScan, ScanOrder, ScanResult, ScanToCore } from '../links/messages.ts';
import { dropTo, onBoot } from './boot.ts';
import { InspectorInUse } from './inspector-in-use.ts';
import { type ScanBoot, resolverOf } from './settings.ts';

const METRICS_EVERY_MS = 5000;
const CONNECT_AGAIN_MS = 100;
const CONNECT_TRIES = 600;

/** The core may still be opening the house: its socket is waited for. */
async function connectPatiently(path: string): Promise<Socket> {
  for (let tries = 1; ; tries++) {
    const socket = connect(path);
    const error = await new Promise<Error | null>((resolve) =>
      socket.once('connect', () => resolve(null)).once('error', resolve),
    );
    if (!error) return socket;
    if (tries === CONNECT_TRIES) throw error;
    await new Promise((resolve) => setTimeout(resolve, CONNECT_AGAIN_MS));
  }
}

onBoot<ScanBoot>(async (boot) => {
  dropTo(boot.identity);
  const clock = systemClock();
  const meter = openMeter();
  const resolver = resolverOf(boot.dns, clock);
  const open = (limits: Partial<InspectionLimits>) =>
    openInspector({ resolver, authservId: boot.hostName, clamd: boot.clamd, clock, limits });
  const inspector = new InspectorInUse(open, (error) => console.error(error));
  const socket = await connectPatiently(boot.socket);
  const link = frameLink<ScanToCore, CoreToScan>(socket, () => process.exit(1));

  const inspect = async ({ reference, fields }: ScanOrder): Promise<ScanResult> => {
    const { spoolId, sha256 } = reference;
    let raw: Buffer;
    try {
      raw = await openBodyOf(reference);
    } catch (error) {
      return { spoolId, unreadable: (error as Error).message };
    }
    return { spoolId, sha256, inspection: await inspector.inspect(raw, reference.envelope, { fields }) };
  };

  link.onMessage = (message) => {
    if (message.kind === 'limits') return inspector.setLimits(message.limits);
    for (const order of message.orders) {
      inspect(order).then(
        (result) => link.send({ kind: 'inspected', results: [result] }),
        (error: unknown) => {
          console.error(error);
          process.exit(1);
        },
      );
    }
  };
  link.send({ kind: 'hello', pid: process.pid });
  const metrics = setInterval(() => link.send({ kind: 'metrics', snapshot: meter.snapshot() }), METRICS_EVERY_MS);
  void link.closed.then(() => process.exit(0));
  return {
    async stop() {
      clearInterval(metrics);
      link.close();
    },
  };
});
