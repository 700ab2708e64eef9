import { formatReply, XCLIENT_KEYWORDS } from '@sekisho/smtp';

/** The replies that name this host. */
export interface Greetings {
  /** Said first, and again behind XCLIENT. */
  readonly ready: string;
  readonly helo: string;
  readonly bye: string;
  ehlo(offers: { readonly startTls: boolean; readonly xclient: boolean }): string;
}

/** Forms the replies that name this host, once. */
export function formGreetings(hostname: string, messageOctets: number): Greetings {
  const ehlo = [false, true].flatMap((startTls) =>
    [false, true].map((xclient) =>
      formatReply({
        code: 250,
        text: [
          hostname,
          'PIPELINING',
          `SIZE ${messageOctets}`,
          ...(startTls ? ['STARTTLS'] : []),
          ...(xclient ? [`XCLIENT ${XCLIENT_KEYWORDS}`] : []),
          'ENHANCEDSTATUSCODES',
          '8BITMIME',
          'DSN',
          'SMTPUTF8',
        ],
      }),
    ),
  );
  return {
    ready: formatReply({ code: 220, text: `${hostname} ESMTP Sekisho` }),
    helo: formatReply({ code: 250, text: hostname }),
    bye: formatReply({ code: 221, enhanced: '2.0.0', text: `${hostname} closing connection` }),
    ehlo: ({ startTls, xclient }) => ehlo[(startTls ? 2 : 0) + (xclient ? 1 : 0)]!,
  };
}
