import { decodeHeader, fieldsNamed, parseMessage, unfoldField } from '@sekisho/message';
import type { Actor, Fact, SpoolId, TenantId } from '@sekisho/terms';
import type { ApiServices } from './services.ts';

/** Name of the fact with the header fields that rules ask for. */
const FIELDS = 'message/fields';
const HEADER_OCTETS = 1024 * 1024;
const MAX_VALUES = 20;
const MAX_CHARACTERS = 1000;

/** A message of the past, as far as rules look at it. */
interface Past {
  readonly id: string;
  readonly facts: readonly Fact[];
}

/**
 * The facts of a message of the past together with header fields that nobody asked inspection for at its time: they
 * are read from its body, so that rules about them can be tried on it.
 */
export async function factsWithFields(
  services: ApiServices,
  tenant: TenantId,
  { id, facts }: Past,
  names: readonly string[],
  by: Actor,
): Promise<readonly Fact[]> {
  const known = facts.find(({ name }) => name === FIELDS)?.value ?? {};
  if (names.every((name) => Object.hasOwn(known as object, name))) return facts;
  const source = await services.dispatch(tenant, 'archive', 'source', { spoolId: id as SpoolId }, by);
  if (!source) return facts;
  const value = fieldsIn(await headerOf(services.contents.stream(tenant, source, 'raw')), names);
  return [...facts.filter(({ name }) => name !== FIELDS), { name: FIELDS, value }];
}

/** The octets of a message up to the end of its header. */
async function headerOf(raw: AsyncIterable<Buffer>): Promise<Buffer> {
  let header: Buffer = Buffer.alloc(0);
  for await (const chunk of raw) {
    header = header.length === 0 ? chunk : Buffer.concat([header, chunk]);
    const end = header.indexOf('\r\n\r\n');
    if (end >= 0) return header.subarray(0, end + 4);
    if (header.length >= HEADER_OCTETS) break;
  }
  return header;
}

function fieldsIn(header: Buffer, names: readonly string[]): Record<string, string[]> {
  const tree = parseMessage(header);
  const found = names.map((name): [string, string[]] => [
    name,
    fieldsNamed(header, tree, name)
      .slice(0, MAX_VALUES)
      .map((field) => decodeHeader(unfoldField(header, field)).slice(0, MAX_CHARACTERS).toWellFormed()),
  ]);
  return Object.fromEntries(found.filter(([, values]) => values.length > 0));
}
