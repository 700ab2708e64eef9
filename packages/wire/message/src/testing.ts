/** Mails of the project's own fixtures, for tests of any room. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { everyPart, type MessageTree } from './index.ts';

export { assertReadsAs, type Expectations } from './testing/assert-reads-as.ts';

const MAILS = join(import.meta.dirname, '../../../../fixtures/mail');

/** The mails of one folder of `fixtures/mail` by file name, `.gz` unpacked. */
export function fixtureMails(folder: string): { readonly name: string; readonly raw: Buffer }[] {
  return readdirSync(join(MAILS, folder))
    .filter((name) => name.endsWith('.eml') || name.endsWith('.eml.gz'))
    .sort()
    .map((name) => ({ name, raw: fixtureMail(folder, name) }));
}

/** One mail of `fixtures/mail`. */
export function fixtureMail(folder: string, name: string): Buffer {
  const octets = readFileSync(join(MAILS, folder, name));
  return name.endsWith('.gz') ? gunzipSync(octets) : octets;
}

/** What a folder of `fixtures/mail` says of its mails, by file name. */
export function fixtureExpectations(folder: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(MAILS, folder, 'expected.json'), 'utf8'));
}

/** Asserts that every range lies in the message, every part in the one around it, and parts do not overlap. */
export function assertWithin(tree: MessageTree, raw: Buffer): void {
  assert.equal(tree.size, raw.length);
  for (const part of everyPart(tree)) {
    const [headerStart, headerEnd] = part.header;
    const [bodyStart, bodyEnd] = part.body;
    assert.ok(0 <= headerStart && headerStart <= headerEnd && headerEnd <= bodyStart, `header ${part.header}`);
    assert.ok(bodyStart <= bodyEnd && bodyEnd <= raw.length, `body ${part.body}`);
    let from = headerStart;
    for (const field of part.fields) {
      assert.ok(from <= field.start && field.start < field.valueStart && field.valueStart <= field.end, field.name);
      from = field.end;
    }
    assert.ok(from <= headerEnd);
    let childFrom = bodyStart;
    for (const child of [...(part.parts ?? []), ...(part.message ? [part.message] : [])]) {
      assert.ok(
        childFrom <= child.header[0] && child.body[1] <= bodyEnd,
        `${child.header} ${child.body} in ${part.body}`,
      );
      childFrom = child.body[1];
    }
    for (const other of part.otherReadings ?? []) {
      assert.ok(headerStart <= other.header[0] && other.body[1] <= bodyEnd, `${other.header} ${other.body}`);
    }
  }
  for (const { at } of tree.ambiguities) assert.ok(0 <= at && at <= raw.length);
}
