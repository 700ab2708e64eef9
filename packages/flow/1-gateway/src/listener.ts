import { createServer, type Server, type Socket } from 'node:net';
import type { SmtpClient } from '@sekisho/terms';
import type { GatewayEvents } from './events.ts';

/** Where clients connect. */
export interface ListenerOptions {
  readonly name: SmtpClient['listener'];
  readonly host: string;
  readonly port: number;
}

/** How many connections wait for the process to take them. */
const BACKLOG = 1024;

/** A port that takes connections, and stops taking them for a while when descriptors have run out. */
export class Listener {
  readonly options: ListenerOptions;
  readonly #connected: (socket: Socket) => void;
  readonly #events: GatewayEvents;
  readonly #backOffMs: number;
  #server: Server | null = null;
  #port: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ListenerOptions, connected: (socket: Socket) => void, events: GatewayEvents, backOffMs: number) {
    this.options = options;
    this.#connected = connected;
    this.#events = events;
    this.#backOffMs = backOffMs;
    this.#port = options.port;
  }

  /** The port in use, also when any was asked for. */
  get port(): number {
    return this.#port;
  }

  async open(): Promise<void> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, this.#connected);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: this.options.host, port: this.#port, backlog: BACKLOG }, () => {
        server.off('error', reject);
        resolve();
      });
    });
    const address = server.address();
    if (address !== null && typeof address === 'object') this.#port = address.port;
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EMFILE' || error.code === 'ENFILE') this.#backOff();
      else this.#events.failed('listen', this.options.host, error);
    });
    this.#server = server;
  }

  /** Takes no more connections; those that are open stay. */
  close(): void {
    clearTimeout(this.#timer);
    this.#server?.close();
    this.#server = null;
  }

  #backOff(): void {
    if (this.#server === null) return;
    this.#events.descriptorsExhausted(this.options.name, this.#backOffMs);
    this.close();
    this.#openLater();
  }

  #openLater(): void {
    this.#timer = setTimeout(() => {
      this.open().catch((error: unknown) => {
        this.#events.failed('listen', this.options.host, error);
        this.#openLater();
      });
    }, this.#backOffMs);
  }
}
