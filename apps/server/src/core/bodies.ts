import { join } from 'node:path';
import type { DeliveredSource } from '@sekisho/archive';
import { deliveredForm } from '@sekisho/message';
import { openPackReader, type PackReader } from '@sekisho/packs';
import { type BodySeal, openSealedBody, openSealedStream } from '@sekisho/spool';
import type { TenantAdmission } from '@sekisho/tenants';
import { SekishoError, type TenantId } from '@sekisho/terms';
import { hash } from 'node:crypto';
import { unwrapKey } from '@sekisho/vault';
import { wrappedKeyAad } from '../message-path.ts';

/** What would be delivered is not what was journalled. */
export class DeliveredFormChangedError extends SekishoError {
  constructor(spoolId: string) {
    super(
      'delivered-form-changed',
      `Cannot give out "${spoolId}": its delivered form is not the one that was journalled`,
    );
  }
}

/** Folder of a tenant's packs. */
export const packsFolder = ({ folder }: TenantAdmission) => join(folder, 'packs');

/** What is needed of a journalled message to open its body. */
export type Sealed = Pick<DeliveredSource, 'spoolId' | 'place' | 'wrappedKey' | 'sizeOctets' | 'rawSha256'>;

const MOST_TENANTS = 200;

/** Opens journalled bodies for whoever may read them: delivery, export, verification. */
export class Bodies {
  readonly #admission: (tenant: TenantId) => Promise<TenantAdmission>;
  readonly #readers = new Map<TenantId, { reader: PackReader; key: Buffer }>();

  constructor(admission: (tenant: TenantId) => Promise<TenantAdmission>) {
    this.#admission = admission;
  }

  /** The raw octets, whole and authentic; rejects with an error that says what is wrong. */
  async raw(tenant: TenantId, sealed: Sealed): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.rawStream(tenant, sealed)) chunks.push(chunk);
    return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  }

  /** The same, a piece at a time: that the message is whole is known when the iteration ends without an error. */
  async *rawStream(tenant: TenantId, sealed: Sealed): AsyncGenerator<Buffer> {
    const { reader, key } = await this.#of(tenant);
    const seal = sealOf(tenant, sealed, key);
    if (seal.bodyKind === 'inline') yield openSealedBody(seal, reader.read(sealed.place));
    else yield* openSealedStream(seal, toAsync(reader.readStream(sealed.place)));
  }

  /** The delivered form in pieces; rejects when it is not the one that the journal has the digest of. */
  async delivered(tenant: TenantId, source: DeliveredSource): Promise<readonly Buffer[]> {
    const pieces = deliveredForm(await this.raw(tenant, source), source.prefix, source.omitted);
    if (!hash('sha256', Buffer.concat(pieces), 'buffer').equals(source.deliveredSha256))
      throw new DeliveredFormChangedError(source.spoolId);
    return pieces;
  }

  /** Closes a tenant's files and forgets its key. */
  dismiss(tenant: TenantId): void {
    this.#readers.get(tenant)?.reader.close();
    this.#readers.delete(tenant);
  }

  async #of(tenant: TenantId): Promise<{ reader: PackReader; key: Buffer }> {
    let found = this.#readers.get(tenant);
    if (found) {
      this.#readers.delete(tenant);
    } else {
      const admission = await this.#admission(tenant);
      found = { reader: openPackReader(packsFolder(admission)), key: admission.tenantKey };
      if (this.#readers.size >= MOST_TENANTS) this.dismiss(this.#readers.keys().next().value!);
    }
    this.#readers.set(tenant, found);
    return found;
  }
}

function sealOf(
  tenant: TenantId,
  { spoolId, place, wrappedKey, sizeOctets, rawSha256 }: Sealed,
  key: Buffer,
): BodySeal {
  return {
    spoolId,
    tenant,
    bodyKind: place.pack.endsWith('.large') ? 'large' : 'inline',
    sizeOctets,
    sha256: Buffer.from(rawSha256),
    recordKey: unwrapKey(key, Buffer.from(wrappedKey), wrappedKeyAad(spoolId)),
  };
}

async function* toAsync(chunks: Iterable<Buffer>): AsyncIterable<Buffer> {
  yield* chunks;
}
