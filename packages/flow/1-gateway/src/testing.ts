/** A gateway to test against, with a directory out of tables and an accept port that keeps what it gets in memory. */
import { connect, type Socket } from 'node:net';
import { systemClock } from '@sekisho/ports';
import { keptLog, testMeter } from '@sekisho/ports/testing';
import { ReplyParser, type ServerReply } from '@sekisho/smtp';
import { type Address, addressKey, type Envelope, formatSpoolId, type TenantId } from '@sekisho/terms';
import { type Gateway, type GatewayOptions, openGateway } from './gateway.ts';
import type { AcceptPort, Directory, DomainEntry, LargeBody, RecipientAnswer, TrustedClient } from './ports.ts';

export const TENANT_A = 'tenantaaaaaa' as TenantId;
export const TENANT_B = 'tenantbbbbbb' as TenantId;

/** A directory out of tables. Recipients of a domain in mode `list` or `ask` are known when they are in the list. */
export function tableDirectory(tables: {
  readonly domains?: Readonly<Record<string, DomainEntry>>;
  readonly recipients?: readonly string[];
  readonly trusted?: Readonly<Record<string, readonly TrustedClient[]>>;
  readonly recipient?: (address: Address) => RecipientAnswer | Promise<RecipientAnswer>;
}): Directory {
  const known = new Set(tables.recipients);
  return {
    domainOf: (domain) => (Object.hasOwn(tables.domains ?? {}, domain) ? tables.domains![domain]! : null),
    recipient: (_, address) => tables.recipient?.(address) ?? (known.has(addressKey(address)) ? 'known' : 'unknown'),
    trusted: (ip) => (Object.hasOwn(tables.trusted ?? {}, ip) ? tables.trusted![ip]! : []),
  };
}

/** A message that a {@link memoryAccept} was given. */
export interface KeptMessage {
  readonly envelope: Envelope;
  readonly raw: Buffer;
  readonly way: 'append' | 'large' | 'provisional';
}

/** An accept port that keeps messages in memory; parts of it can be replaced. */
export function memoryAccept(changes: Partial<AcceptPort> = {}): AcceptPort & { readonly messages: KeptMessage[] } {
  const messages: KeptMessage[] = [];
  const keep = (envelope: Envelope, body: readonly Buffer[], way: KeptMessage['way']) => {
    messages.push({ envelope, raw: Buffer.concat(body), way });
    return { spoolId: formatSpoolId(0, 1, messages.length * 64) };
  };
  return {
    messages,
    hasRoom: () => true,
    append: async (envelope, body) => keep(envelope, body, 'append'),
    openLargeBody(): LargeBody {
      const chunks: Buffer[] = [];
      return {
        write: async (chunk) => void chunks.push(chunk),
        finish: async (envelope) => keep(envelope, chunks, 'large'),
        abandon: () => void chunks.splice(0),
      };
    },
    beginProvisional: (envelope, body) => ({
      reference: { spoolId: formatSpoolId(0, 1, 0) },
      accept: async () => keep(envelope, body, 'provisional'),
      void: async () => undefined,
    }),
    ...changes,
  };
}

const DIRECTORY = tableDirectory({
  domains: {
    'a.example': { tenant: TENANT_A, recipientMode: 'list', inspectBeforeReply: false },
    'all.example': { tenant: TENANT_A, recipientMode: 'accept-all', inspectBeforeReply: false },
    'b.example': { tenant: TENANT_B, recipientMode: 'list', inspectBeforeReply: false },
  },
  recipients: ['taro@a.example', 'hanako@a.example', 'jiro@b.example'],
});

/** A gateway on 127.0.0.1 with the tables above, unless the options say otherwise; one port for each listener name. */
export async function openTestGateway(
  options: Partial<GatewayOptions> & { readonly names?: readonly GatewayOptions['listeners'][number]['name'][] } = {},
) {
  const accept = memoryAccept();
  const log = keptLog();
  const meter = testMeter();
  const names = options.names ?? ['smtp'];
  const gateway: Gateway = await openGateway({
    hostname: 'mx.sekisho.example',
    listeners: names.map((name) => ({ name, host: '127.0.0.1', port: 0 })),
    directory: DIRECTORY,
    accept,
    clock: systemClock(0),
    log,
    meter,
    ...options,
  });
  const portOf = (name: string) => gateway.listeners.find((each) => each.name === name)!.port;
  return { gateway, messages: accept.messages, log, meter, port: portOf(names[0]!), portOf };
}

/** A client that says exactly what it is told, octet for octet, and waits for replies. */
export class TestClient {
  socket: Socket;
  readonly replies: ServerReply[] = [];
  #parser = new ReplyParser();
  #taken = 0;
  #isClosed = false;
  #wake: (() => void)[] = [];

  constructor(socket: Socket) {
    this.socket = socket;
    this.use(socket);
  }

  /** Connects and waits for the greeting. */
  static async dial(port: number): Promise<TestClient> {
    const client = new TestClient(connect({ port, host: '127.0.0.1', noDelay: true }));
    await client.reply();
    return client;
  }

  /** Goes on over another socket, for example one of TLS over the first. */
  use(socket: Socket): void {
    this.socket = socket;
    this.#parser = new ReplyParser();
    socket.on('data', (chunk: Buffer) => {
      this.replies.push(...this.#parser.push(chunk));
      this.#awake();
    });
    socket.on('close', () => {
      this.#isClosed = true;
      this.#awake();
    });
    socket.on('error', () => socket.destroy());
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  send(octets: string | Buffer): void {
    this.socket.write(typeof octets === 'string' ? Buffer.from(octets) : octets);
  }

  /** The next reply as one text, `code enhanced? text`, or `closed`. */
  async reply(): Promise<string> {
    while (this.replies.length <= this.#taken) {
      if (this.#isClosed) return 'closed';
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
    const { code, enhanced, text } = this.replies[this.#taken++]!;
    return `${code} ${enhanced === undefined ? '' : `${enhanced} `}${text.join('\n')}`;
  }

  /** Sends a line and gives its reply. */
  async say(line: string): Promise<string> {
    this.send(`${line}\r\n`);
    return this.reply();
  }

  /** Sends lines and gives the code of each reply. */
  async codes(...lines: string[]): Promise<string[]> {
    const codes: string[] = [];
    for (const line of lines) codes.push(codeOf(await this.say(line)));
    return codes;
  }

  /** All replies up to the end of the connection. */
  async rest(): Promise<string[]> {
    const rest: string[] = [];
    for (;;) {
      const reply = await this.reply();
      if (reply === 'closed') return rest;
      rest.push(reply);
    }
  }

  close(): void {
    this.socket.destroy();
  }

  #awake(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}

/** Code and enhanced code of a reply: `550 5.7.1`, or the code alone. */
export function codeOf(reply: string): string {
  return /^[0-9]{3}(?: [0-9]\.[0-9]+\.[0-9]+)?/.exec(reply)?.[0] ?? reply;
}
