import { fork } from 'node:child_process';

export type SenderOrder =
  | { readonly kind: 'mails'; readonly mails: readonly Buffer[] }
  | {
      readonly kind: 'send';
      readonly port: number;
      readonly sessions: number;
      readonly messages: number;
      /** Forward-paths, taken in turn. */
      readonly recipients: readonly string[];
    };

export type SenderAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'sent'; readonly seconds: number }
  | { readonly kind: 'failed'; readonly why: string };

/** A generator of our own, for both sides alike: sends many different mails, where `smtp-source` repeats one. */
export interface Sender {
  /** Sends messages over so many sessions; seconds until the last 250. Rejects when any reply is another one. */
  send(load: Omit<Extract<SenderOrder, { kind: 'send' }>, 'kind'>): Promise<number>;
  close(): void;
}

const ENTRY = new URL('./sender-process.ts', import.meta.url).pathname;

/** Starts the generator with the mails that it sends in turn. */
export async function startSender(mails: readonly Buffer[]): Promise<Sender> {
  const child = fork(ENTRY, [], { serialization: 'advanced' });
  const ask = (order: SenderOrder) =>
    new Promise<SenderAnswer>((resolve, reject) => {
      const died = (code: number | null) => reject(new Error(`The sender ended with ${code}`));
      child.once('exit', died);
      child.once('message', (answer: SenderAnswer) => {
        child.removeListener('exit', died);
        resolve(answer);
      });
      child.send(order);
    });
  await ask({ kind: 'mails', mails });
  return {
    async send(load) {
      const answer = await ask({ kind: 'send', ...load });
      if (answer.kind !== 'sent') throw new Error(answer.kind === 'failed' ? answer.why : 'The sender is confused');
      return answer.seconds;
    },
    close: () => child.disconnect(),
  };
}
