import { createWriteStream, mkdirSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Context } from '../command.ts';
import { CommandError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { archivePath, type SearchPage, searchQuery } from './show-archive.ts';

/** The name that the core gives a message, without anything that leads elsewhere. */
function nameOf(response: IncomingMessage, id: string): string {
  const [, coded] = /filename\*=UTF-8''([^;]+)/.exec(response.headers['content-disposition'] ?? '') ?? [];
  return basename(coded === undefined ? `${id}.eml` : decodeURIComponent(coded));
}

/** Writes a document to a new file; a file that is there is never written over, and half a document is not left. */
export async function save(context: Context, response: IncomingMessage, file: string): Promise<void> {
  const target = createWriteStream(file, { flags: 'wx', mode: 0o600 });
  try {
    await pipeline(response, target);
  } catch (error) {
    if (target.bytesWritten > 0 || response.errored) rmSync(file, { force: true });
    throw response.errored ? brokenOff(context) : cannotWrite(file, error as Error);
  }
}

/** Writes a document to standard output. */
export async function toStandardOutput(context: Context, response: IncomingMessage): Promise<void> {
  try {
    for await (const chunk of response) await context.streams.outOctets(chunk as Buffer);
  } catch (error) {
    throw response.errored ? brokenOff(context) : error;
  }
}

function cannotWrite(file: string, { message }: Error): CommandError {
  return new CommandError('file', EXIT.failed, {
    ja: `${file} に書けません: ${message}`,
    en: `Cannot write ${file}: ${message}`,
  });
}

function brokenOff(context: Context): CommandError {
  const verify = `sekisho verify ${context.place('TENANT')}`;
  return new CommandError(
    'broken-off',
    EXIT.failed,
    {
      ja: '途中で開けないメールがあり、書き出しをやめました',
      en: 'Cannot export all: a message does not open, so it broke off',
    },
    { ja: `どのメールかを調べるには: ${verify}`, en: `To see which: ${verify}` },
  );
}

/** Everything that a search finds, as one file or on standard output. */
export async function exportMbox(context: Context, form: string, to: string | null): Promise<void> {
  const response = await context.api.open(archivePath(context, '/export'), {
    query: { ...searchQuery(context), form },
  });
  if (to === null) await toStandardOutput(context, response);
  else await save(context, response, to);
  context.say({
    ja: `${response.headers['x-sekisho-total']} 通を書き出しました`,
    en: `exported ${response.headers['x-sekisho-total']} messages`,
  });
}

/** A file for each message that a search finds; one that does not open is told, and the others go on. */
export async function exportFolder(context: Context, form: string, folder: string): Promise<ExitCode> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let [count, faults] = [0, 0];
  let cursor: number | null | undefined;
  while (cursor !== null) {
    const asked = { ...searchQuery(context), limit: 200, cursor };
    const page: SearchPage = await context.api.get(archivePath(context, '/messages'), asked);
    for (const { id } of page.messages) {
      try {
        const response = await context.api.open(archivePath(context, `/messages/${id}/content`), { query: { form } });
        await save(context, response, join(folder, nameOf(response, id)));
        count += 1;
      } catch (error) {
        if (!(error instanceof CommandError) || error.id === 'file') throw error;
        faults += 1;
        context.say({ ja: `${id}: ${error.sentence.ja}`, en: `${id}: ${error.sentence.en}` });
      }
    }
    cursor = page.cursor;
  }
  context.say({ ja: `${count} 通を ${folder} に書き出しました`, en: `exported ${count} messages to ${folder}` });
  return faults === 0 ? EXIT.good : EXIT.failed;
}
