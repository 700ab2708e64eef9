import { connect, type Socket } from 'node:net';

/** Where clamd listens: a TCP port, or the path of a local socket. */
export type ClamdAddress = { readonly host: string; readonly port: number } | { readonly socket: string };

/** Opens a connection to clamd. */
export function connectClamd(address: ClamdAddress): Socket {
  return 'socket' in address ? connect(address.socket) : connect(address.port, address.host);
}
