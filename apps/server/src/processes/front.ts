/** The front process: SMTP sockets and the spool. Holds no tenant key, and asks nobody before a 250. */
import { readFileSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSecureContext, type SecureContext } from 'node:tls';
import { type AcceptPort, type Gateway, type GatewayLimits, openGateway } from '@sekisho/gateway';
import { openLog, openMeter, systemClock, systemRandom } from '@sekisho/ports';
import { SpoolFullError, type SpoolReference, SpoolWriter, type SpoolWriterOptions } from '@sekisho/spool';
import type { Plan, SpoolId } from '@sekisho/terms';
import { FrontDirectory } from '../front/front-directory.ts';
import { gatewayLimitsOf } from '../front/gateway-limits.ts';
import type { FrontHello, InspectedBeforeReply } from '../links/messages.ts';
import { dropTo, onBoot } from './boot.ts';
import { CoreLine } from './core-line.ts';
import type { FrontBoot } from './settings.ts';

const METRICS_EVERY_MS = 5000;
const TLS_SETTLE_MS = 1000;
const SPOOL_AGAIN_MS = 1000;

onBoot<FrontBoot>(async (boot) => {
  const clock = systemClock();
  const log = openLog({ ...boot.log, process: `front-${boot.front}` });
  const meter = openMeter();
  let spool: SpoolWriter | null = null;
  const undecided = new Set<SpoolId>();
  const hello = (): FrontHello => ({
    kind: 'hello',
    front: boot.front,
    openSegments: spool?.liveSegments() ?? null,
    undecided: [...undecided],
  });
  let gateway: Gateway | null = null;
  let limits: Partial<GatewayLimits> = {};
  const ready = Promise.withResolvers<void>();

  const line = new CoreLine({
    socket: boot.socket,
    log,
    hello,
    onMessage(message) {
      if (message.kind === 'recipients-changed') return directory.recipientsChanged(message.tenant);
      directory.update(message.snapshot, message.isFirst);
      limits = gatewayLimitsOf(message.snapshot.settings);
      ready.resolve();
      gateway?.setLimits(limits);
    },
  });
  const directory = new FrontDirectory((question) => line.ask(question));

  const told = (reference: SpoolReference): SpoolReference => {
    line.accepted(reference);
    return reference;
  };
  const accept: AcceptPort = {
    hasRoom: (octets) => spool?.hasRoom(octets) ?? false,
    append: async (envelope, body) => told(await spool!.append(envelope, body)),
    openLargeBody() {
      const large = spool!.openLargeBody();
      return {
        write: (chunk) => large.write(chunk),
        finish: async (envelope) => told(await large.finish(envelope)),
        abandon: () => large.abandon(),
      };
    },
    async beginProvisional(envelope, body) {
      const provisional = await spool!.beginProvisional(envelope, body);
      const { reference } = provisional;
      const { spoolId } = reference;
      undecided.add(spoolId);
      return {
        reference,
        async accept() {
          const accepted = await provisional.accept().finally(() => undecided.delete(spoolId));
          return told(accepted);
        },
        async void() {
          line.tell({ kind: 'voided', spoolId });
          await provisional.void().finally(() => undecided.delete(spoolId));
        },
      };
    },
    async inspectBeforeReply(provisional, _envelope, signal): Promise<Plan> {
      const reference = provisional.reference as SpoolReference;
      const answer = line.ask<InspectedBeforeReply>({ what: 'inspect', reference });
      const aborted = new Promise<never>((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
      );
      const { plan } = await Promise.race([answer, aborted]);
      if (!plan) throw new Error(`Cannot plan "${reference.spoolId}" before the reply: the core has no plan`);
      return plan;
    },
  };

  await ready.promise;
  const tls = boot.tls ? readCertificate(boot.tls) : null;
  const opened = await openGateway({
    hostname: boot.hostName,
    listeners: boot.listeners,
    directory,
    accept,
    limits,
    clock,
    log,
    meter,
    tls,
  });
  opened.setLimits(limits);
  gateway = opened;
  dropTo(boot.identity);
  const written = {
    folder: boot.spoolFolder,
    front: boot.front,
    spoolPublicKey: Buffer.from(boot.spoolPublicKey),
    clock,
    random: systemRandom,
    log,
    meter,
    limits: { segmentOctets: boot.segmentOctets, reserveOctets: boot.reserveOctets },
    segmentClosed: (file: string, isFailed: boolean) => line.tell({ kind: 'segment-closed', file, isFailed }),
  };
  spool = await openPatiently(written);
  line.tell(hello());
  for (const { name, host, port } of opened.listeners) log.info('front.listening', { listener: name, host, port });

  const metrics = setInterval(() => line.tell({ kind: 'metrics', snapshot: meter.snapshot() }), METRICS_EVERY_MS);
  const watcher = boot.tls ? watchCertificate(boot.tls, (context) => opened.setTls(context), log) : null;
  return {
    async stop(deadlineMs) {
      clearInterval(metrics);
      watcher?.close();
      await opened.drain(Math.max(100, deadlineMs - 500));
      await spool!.close();
      line.close();
    },
  };
});

/** On a full disk clients are told to come again (452), until there is room for a segment. */
async function openPatiently(options: SpoolWriterOptions): Promise<SpoolWriter> {
  for (;;) {
    try {
      return await SpoolWriter.open(options);
    } catch (error) {
      if (!(error instanceof SpoolFullError)) throw error;
      options.log.error('front.no-room-for-a-segment', { error: error.message });
      await sleep(SPOOL_AGAIN_MS);
    }
  }
}

type TlsFiles = NonNullable<FrontBoot['tls']>;

function readCertificate({ certificateFile, keyFile }: TlsFiles): SecureContext {
  return createSecureContext({
    cert: readFileSync(certificateFile),
    key: readFileSync(keyFile),
    minVersion: 'TLSv1.2',
  });
}

/** Reads the certificate again when its folder changes; a pair that does not fit leaves the old one in place. */
function watchCertificate(files: TlsFiles, set: (context: SecureContext) => void, log: ReturnType<typeof openLog>) {
  let timer: NodeJS.Timeout | null = null;
  return watch(dirname(files.certificateFile), () => {
    if (timer) clearTimeout(timer);
    timer = setTimeout(() => {
      try {
        set(readCertificate(files));
        log.info('tls.certificate-read-again', { file: files.certificateFile });
      } catch (error) {
        log.error('tls.certificate-refused', { file: files.certificateFile, error: (error as Error).message });
      }
    }, TLS_SETTLE_MS);
  });
}
