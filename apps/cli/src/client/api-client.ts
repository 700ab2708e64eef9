import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { Fault } from '@sekisho/api';
import { NotAllowedError, NotRunningError, RefusedError } from '../errors.ts';

/** Where the API begins. Written here, so that no command loads the API itself. */
export const API_BASE = '/api/v1';

/** What is sent beside the path. */
export interface Sent {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly query?: Readonly<Record<string, string | number | boolean | null | undefined>>;
  readonly json?: unknown;
  readonly octets?: { readonly type: string; readonly body: Uint8Array };
}

/** Speaks to `/api/v1` over the operators' socket. */
export class ApiClient {
  readonly #socket: () => string;
  readonly #actor: string;

  /** The socket is asked for when it is needed, so that commands without it do without a configuration. */
  constructor(socket: () => string, actor: string) {
    this.#socket = socket;
    this.#actor = actor;
  }

  get<Answer>(path: string, query: Sent['query'] = {}): Promise<Answer> {
    return this.send<Answer>(path, { query });
  }

  post<Answer>(path: string, json: unknown = {}): Promise<Answer> {
    return this.send<Answer>(path, { method: 'POST', json });
  }

  /** Asks, and reads the whole answer. */
  async send<Answer>(path: string, sent: Sent): Promise<Answer> {
    const chunks: Buffer[] = [];
    for await (const chunk of await this.open(path, sent)) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    return (text === '' ? null : JSON.parse(text)) as Answer;
  }

  /** Asks, and gives the answer as it comes. */
  async open(path: string, sent: Sent = {}): Promise<IncomingMessage> {
    const socket = this.#socket();
    const body = sent.octets?.body ?? (sent.json === undefined ? null : Buffer.from(JSON.stringify(sent.json)));
    const type = sent.octets?.type ?? 'application/json';
    const asked = request({
      socketPath: socket,
      method: sent.method ?? 'GET',
      path: API_BASE + path + queryText(sent.query ?? {}),
      headers: {
        host: 'sekisho',
        'x-sekisho-actor': encodeURIComponent(this.#actor),
        ...(body ? { 'content-type': type, 'content-length': body.length } : {}),
      },
    });
    asked.end(body);
    const response = await once(asked, 'response').then(
      ([found]) => found as IncomingMessage,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') throw new NotRunningError(socket);
        if (error.code === 'EACCES' || error.code === 'EPERM') throw new NotAllowedError(socket);
        throw error;
      },
    );
    if (response.statusCode! >= 400) throw new RefusedError(response.statusCode!, await faultOf(response));
    return response;
  }
}

/** Values that are not given are left out. */
function queryText(query: NonNullable<Sent['query']>): string {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined);
  const text = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)])).toString();
  return text === '' ? '' : `?${text}`;
}

async function faultOf(response: IncomingMessage): Promise<Fault['error']> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  try {
    return (JSON.parse(text) as Fault).error;
  } catch {
    return { id: 'bad-answer', message: `Cannot read the answer of the core: ${text.slice(0, 200)}`, detail: {} };
  }
}

/** A part of a path. */
export const part = (text: string): string => encodeURIComponent(text);
