import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { DeliveredSource } from '@sekisho/archive';
import { deliveredForm } from '@sekisho/message';
import { openPackReader, type PackReader } from '@sekisho/packs';
import { BodyDamagedError, type BodySeal, openSealedBody, openSealedStream } from '@sekisho/spool';
import type { TenantAdmission } from '@sekisho/tenants';
import { SekishoError, type TenantId } from '@sekisho/terms';
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

interface Reading {
  readonly reader: PackReader;
  readonly key: Buffer;
  /** Bodies that are being read. */
  users: number;
  isDismissed: boolean;
}

/** Opens journalled bodies for whoever may read them: delivery, export, verification. */
export class Bodies {
  readonly #admission: (tenant: TenantId) => Promise<TenantAdmission>;
  readonly #readings = new Map<TenantId, Promise<Reading>>();

  constructor(admission: (tenant: TenantId) => Promise<TenantAdmission>) {
    this.#admission = admission;
  }

  /** The raw octets, whole and authentic, in memory once; rejects with an error that says what is wrong. */
  async raw(tenant: TenantId, sealed: Sealed): Promise<Buffer> {
    const raw = Buffer.allocUnsafe(sealed.sizeOctets);
    let at = 0;
    for await (const chunk of this.rawStream(tenant, sealed)) {
      if (at + chunk.length > raw.length)
        throw new BodyDamagedError(sealed.spoolId, { detail: { octets: 'too many' } });
      raw.set(chunk, at);
      at += chunk.length;
    }
    return raw;
  }

  /** The same, a piece at a time: that the message is whole is known when the iteration ends without an error. */
  async *rawStream(tenant: TenantId, sealed: Sealed): AsyncGenerator<Buffer> {
    const reading = await this.#of(tenant);
    reading.users += 1;
    try {
      const seal = sealOf(tenant, sealed, reading.key);
      if (seal.bodyKind === 'inline') yield openSealedBody(seal, reading.reader.read(sealed.place));
      else yield* openSealedStream(seal, reading.reader.readStream(sealed.place));
    } finally {
      reading.users -= 1;
      closeWhenDone(reading);
    }
  }

  /** The delivered form in pieces; rejects when it is not the one that the journal has the digest of. */
  async delivered(tenant: TenantId, source: DeliveredSource): Promise<readonly Buffer[]> {
    const pieces = deliveredForm(await this.raw(tenant, source), source.prefix, source.omitted);
    const digest = createHash('sha256');
    for (const piece of pieces) digest.update(piece);
    if (!digest.digest().equals(source.deliveredSha256)) throw new DeliveredFormChangedError(source.spoolId);
    return pieces;
  }

  /** Forgets a tenant's key, and closes its files when nobody reads them any more. */
  dismiss(tenant: TenantId): void {
    const reading = this.#readings.get(tenant);
    this.#readings.delete(tenant);
    void reading?.then(
      (found) => {
        found.isDismissed = true;
        closeWhenDone(found);
      },
      () => undefined,
    );
  }

  #of(tenant: TenantId): Promise<Reading> {
    let reading = this.#readings.get(tenant);
    if (reading) {
      this.#readings.delete(tenant);
    } else {
      reading = this.#open(tenant);
      reading.catch(() => this.#readings.delete(tenant));
      if (this.#readings.size >= MOST_TENANTS) this.dismiss(this.#readings.keys().next().value!);
    }
    this.#readings.set(tenant, reading);
    return reading;
  }

  async #open(tenant: TenantId): Promise<Reading> {
    const admission = await this.#admission(tenant);
    return { reader: openPackReader(packsFolder(admission)), key: admission.tenantKey, users: 0, isDismissed: false };
  }
}

function closeWhenDone({ isDismissed, users, reader }: Reading): void {
  if (isDismissed && users === 0) reader.close();
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
