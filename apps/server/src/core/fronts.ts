import { createServer, type Server } from 'node:net';
import type { Log, MeterSnapshot } from '@sekisho/ports';
import type { SpoolReference } from '@sekisho/spool';
import type { FrontSnapshot } from '@sekisho/tenants';
import type { SpoolId, TenantId } from '@sekisho/terms';
import { answerTo, isQuestion } from '../links/calls.ts';
import { type FrameLink, frameLink } from '../links/frame-link.ts';
import type { CoreToFront, FrontHello, FrontQuestion, FrontToCore } from '../links/messages.ts';

export interface FrontsPorts {
  readonly log: Log;
  snapshot(): Promise<FrontSnapshot>;
  /** A front is there: its older segments are closed, and what it accepted before is looked for in the spool. */
  greeted(hello: FrontHello): void;
  /** A message that got 250 (a hint: the record is in the spool). */
  accepted(reference: SpoolReference): void;
  /** A message that was looked at before the reply is not ours after all. */
  voided(spoolId: SpoolId): void;
  segmentClosed(file: string, isFailed: boolean): void;
  answer(question: FrontQuestion): unknown;
  metrics(front: number, snapshot: MeterSnapshot | null): void;
}

/** Whose a line is that has not said so. */
const NOBODY = -1;

/** The fronts as the core sees them: they come over a unix socket, tell what they accepted, and ask. */
export class Fronts {
  readonly #ports: FrontsPorts;
  readonly #server: Server;
  readonly #links = new Map<FrameLink<CoreToFront, FrontToCore>, number>();

  constructor(socket: string, ports: FrontsPorts) {
    this.#ports = ports;
    this.#server = createServer((connection) => {
      const link = frameLink<CoreToFront, FrontToCore>(connection, (error) =>
        ports.log.warn('front.line-ended', { error: error.message }),
      );
      this.#links.set(link, NOBODY);
      link.onMessage = (message) => {
        if ('kind' in message && message.kind === 'hello') this.#greet(link, message.front);
        this.#take(link, message, this.#links.get(link)!);
      };
      void link.closed.then(() => {
        const front = this.#links.get(link);
        this.#links.delete(link);
        if (front !== undefined && front !== NOBODY) ports.metrics(front, null);
      });
    });
    this.#server.listen(socket);
  }

  /** Tells every front what has changed in the directory. */
  async publish(): Promise<void> {
    const message = { kind: 'directory', snapshot: await this.#ports.snapshot(), isFirst: false } as const;
    for (const link of this.#links.keys()) link.send(message);
  }

  /** Recipients of a tenant were added or removed. */
  recipientsChanged(tenant: TenantId): void {
    for (const link of this.#links.keys()) link.send({ kind: 'recipients-changed', tenant });
  }

  close(): void {
    for (const link of this.#links.keys()) link.close();
    this.#server.close();
  }

  /**
   * Of a front's lines only the newest counts. What lies on an older one is found in the spool, and must not come between
   * what is told from now on.
   */
  #greet(link: FrameLink<CoreToFront, FrontToCore>, front: number): void {
    for (const [other, whose] of this.#links) {
      if (other === link || whose !== front) continue;
      this.#links.set(other, NOBODY);
      other.destroy();
    }
    this.#links.set(link, front);
  }

  #take(link: FrameLink<CoreToFront, FrontToCore>, message: FrontToCore, front: number): void {
    const { log, answer, snapshot, greeted, accepted, voided, segmentClosed, metrics } = this.#ports;
    if (isQuestion(message)) {
      const unforeseen = (error: unknown) => log.error('front.question-failed', { error: String(error) });
      void answerTo(message, (body: FrontQuestion) => answer(body), unforeseen).then((reply) => link.send(reply));
      return;
    }
    switch (message.kind) {
      case 'hello':
        void snapshot().then(
          (directory) => link.send({ kind: 'directory', snapshot: directory, isFirst: true }),
          (error: Error) => log.error('front.no-directory', { error: error.message }),
        );
        return greeted(message);
      case 'accepted':
        return accepted(message.reference);
      case 'voided':
        return voided(message.spoolId);
      case 'segment-closed':
        return segmentClosed(message.file, message.isFailed);
      case 'metrics':
        return metrics(front, message.snapshot);
    }
  }
}
