import { setTimeout as sleep } from 'node:timers/promises';
import { type Resolver, zoneResolver } from '@sekisho/ports';
import { fakeRandom, testMeter } from '@sekisho/ports/testing';
import { type DeliveryLimits, defaultDeliveryLimits } from '../limits.ts';
import { type Delivery, openDelivery } from '../loop/open-delivery.ts';
import type { DeliveryOptions, QueuePort, SubmittedReport } from '../loop/ports.ts';
import { onlyLoopback } from '../next-hop/guard.ts';
import type { Route, TlsMode } from '../next-hop/route.ts';
import { quickLimits } from './client-setup.ts';
import { openTestQueue } from './queue-setup.ts';

type TestQueue = Awaited<ReturnType<typeof openTestQueue>>;

/** Limits under which a test loses no time. */
export const testLimits: DeliveryLimits = {
  ...defaultDeliveryLimits,
  session: quickLimits(400, { idleMs: 100 }),
  retry: { ...defaultDeliveryLimits.retry, jitter: 0 },
  settleWaitMs: 2,
};

/** The content of every message of a test, unless its source says otherwise. */
export const testContent = (message: string) => [
  Buffer.from(`Message-ID: <${message}@example.jp>\r\nSubject: ${message}\r\n\r\nbody of ${message}\r\n`),
];

/** A delivery over a real queue. Mail for `example.net` goes to the port given with {@link DeliveryTest.routeTo}. */
export interface DeliveryTest extends TestQueue {
  readonly reports: SubmittedReport[];
  /** Opens a run; several may follow one another, as after a crash. */
  run(more?: Partial<DeliveryOptions>): Delivery;
  routeTo(port: number, more?: { readonly tls?: TlsMode; readonly destination?: string; readonly host?: string }): void;
  /** The state of each recipient of a message. */
  states(message: string): Promise<string[]>;
  until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void>;
  readonly queuePort: QueuePort;
}

export async function openTestDelivery(): Promise<DeliveryTest> {
  const queue = await openTestQueue();
  const routes = new Map<string, Route>();
  const reports: SubmittedReport[] = [];
  const runs: Delivery[] = [];
  const queuePort: QueuePort = ((tenant, command, question) =>
    queue.ask(command, question as never, tenant)) as QueuePort;
  const resolver: Resolver = zoneResolver({ 'sink.example': { A: ['127.0.0.1'] } });
  return {
    ...queue,
    reports,
    queuePort,
    run(more = {}) {
      const run = openDelivery({
        tenants: () => [queue.tenant, queue.other],
        queue: queuePort,
        source: async (_tenant, message) => testContent(message),
        route: (_tenant, destination) => routes.get(destination) ?? null,
        permission: () => ({ kind: 'yes' }),
        sign: async () => null,
        submitReport: async (report) => void reports.push(report),
        resolver,
        guard: onlyLoopback,
        trust: {},
        hostname: 'relay.example',
        ownNames: [],
        limits: testLimits,
        clock: queue.clock,
        random: fakeRandom(String(runs.length)),
        log: queue.log,
        meter: testMeter(),
        ...more,
      });
      runs.push(run);
      return run;
    },
    routeTo(port, { tls = 'none', destination = 'example.net', host = '127.0.0.1' } = {}) {
      routes.set(destination, { kind: 'hosts', hosts: [{ host, port }], tls });
    },
    async states(message) {
      return (await queue.rows(message)).map(({ state }) => state);
    },
    async until(what, isSo) {
      const end = performance.now() + 5000;
      while (!(await isSo())) {
        if (performance.now() > end) throw new Error(`Waited in vain until ${what}`);
        await sleep(3);
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(runs.map((run) => run.drain(100)));
      await queue[Symbol.asyncDispose]();
    },
  };
}
