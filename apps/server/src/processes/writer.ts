/** A writer thread: the databases and packs of the tenants pinned to it, and nobody else's. */
import { parentPort, workerData } from 'node:worker_threads';
import { openLog, systemClock, systemRandom } from '@sekisho/ports';
import { answerHere, TenantStores } from '@sekisho/tenants';
import { type Answer, answerTo, type Question } from '../links/calls.ts';
import { post, unpack } from '../links/post.ts';
import { migrations, rooms } from '../rooms.ts';
import { TenantWriter } from '../writer/tenant-writer.ts';
import type { WriterBoot, WriterQuestion } from './writer-messages.ts';

const boot = workerData as WriterBoot;
const clock = systemClock();
const log = openLog({ ...boot.log, process: 'writer' });
const stores = new TenantStores({ clock, log, migrations, limits: boot.stores });
const writer = new TenantWriter({ stores, clock, log, random: systemRandom, hostName: boot.hostName });
const CLOSE_IDLE_EVERY_MS = 30_000;
setInterval(() => {
  writer.closeIdle().catch((error: Error) => log.error('writer.idle-not-closed', { error: error.message }));
}, CLOSE_IDLE_EVERY_MS).unref();
const answerRooms = answerHere(stores, rooms);

function handle(question: WriterQuestion): unknown {
  switch (question.what) {
    case 'admit':
      return writer.admit(question.admission);
    case 'dismiss':
      return writer.dismiss(question.tenant);
    case 'dispatch':
      return answerRooms(question.message);
    case 'ingest':
      return writer.ingest(question.tenant, question.messages, question.keeping);
    case 'recover':
      return writer.recover(question.tenant, question.references);
    case 'checkpoint':
      return writer.checkpoint();
    case 'close':
      return writer.close();
  }
}

parentPort!.on('message', (octets: Uint8Array) => {
  const question = unpack(octets) as Question;
  const unforeseen = (error: unknown) =>
    log.error('writer.unforeseen', { error: String(error), stack: (error as Error).stack });
  void answerTo(question, (body: WriterQuestion) => handle(body), unforeseen).then((answer: Answer) =>
    post(parentPort!, answer),
  );
});
