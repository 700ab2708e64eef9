import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Random } from '@sekisho/ports';
import type { Envelope, SekishoError } from '@sekisho/terms';
import { FrameSealer, KEY_OCTETS, LARGE_BODY_AAD } from '@sekisho/vault';
import { SpoolClosedError, spoolError } from './errors.ts';
import type { FileOps } from './file-ops.ts';
import { bodyFileName } from './names.ts';
import { type Draft, draftLargeRecord } from './place-record.ts';
import type { Provisional } from './provisional.ts';
import type { SpoolReference } from './reference.ts';

const ID_OCTETS = 16;

export interface LargeBodyOptions {
  readonly folder: string;
  readonly front: number;
  readonly random: Random;
  readonly ops: FileOps;
  append(draft: Draft): Promise<SpoolReference>;
  begin(draft: Draft): Promise<Provisional>;
}

/**
 * A body above 1 MiB on its way into a file of its own, a frame at a time. The file and its folder are synced before
 * the record that refers to it is written. One call at a time; after a rejection the body is abandoned.
 */
export class LargeBodyWriter {
  readonly #options: LargeBodyOptions;
  readonly #key: Buffer;
  readonly #id: Buffer;
  readonly #file: string;
  readonly #sealer: FrameSealer;
  readonly #digest = createHash('sha256');
  #fd: number | null = null;
  #position = 0;
  #sizeOctets = 0;
  #isEnded = false;

  constructor(options: LargeBodyOptions) {
    const { folder, front, random } = options;
    this.#options = options;
    this.#key = random.bytes(KEY_OCTETS);
    this.#id = random.bytes(ID_OCTETS);
    this.#file = join(folder, bodyFileName(front, this.#id));
    this.#sealer = new FrameSealer(this.#key, LARGE_BODY_AAD, random);
  }

  /** Octets of body taken so far. */
  get sizeOctets(): number {
    return this.#sizeOctets;
  }

  /** Takes the next octets; wait for it before the next call. Rejects with SpoolFullError or SpoolSyncError. */
  async write(chunk: Buffer): Promise<void> {
    if (this.#isEnded) throw new SpoolClosedError();
    this.#digest.update(chunk);
    this.#sizeOctets += chunk.length;
    await this.#orAbandon(() => this.#put(this.#sealer.push(chunk)));
  }

  /** Resolves when body and record are on stable storage. */
  async finish(envelope: Envelope): Promise<SpoolReference> {
    return this.#options.append(await this.#store(envelope));
  }

  /** The same for a message that is inspected before the reply. */
  async finishProvisional(envelope: Envelope): Promise<Provisional> {
    return this.#options.begin(await this.#store(envelope));
  }

  /** Removes what was written. Does nothing after `finish`. */
  async abandon(): Promise<void> {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (this.#fd === null) return;
    const fd = this.#fd;
    this.#fd = null;
    await this.#options.ops.close(fd);
    await this.#options.ops.unlink(this.#temporary);
  }

  get #temporary(): string {
    return this.#file.replace(/\.body$/, '.tmp');
  }

  async #store(envelope: Envelope): Promise<Draft> {
    if (this.#isEnded) throw new SpoolClosedError();
    const { ops, folder } = this.#options;
    await this.#orAbandon(async () => {
      await this.#put(this.#sealer.finish());
      await ops.sync(this.#fd!);
      await ops.rename(this.#temporary, this.#file);
    });
    this.#isEnded = true;
    try {
      await ops.close(this.#fd!);
      await ops.syncFolder(folder);
    } catch (cause) {
      throw spoolError(`store the large body "${this.#file}"`, cause);
    }
    const large = { key: this.#key, id: this.#id, file: this.#file };
    return draftLargeRecord(envelope, this.#sizeOctets, this.#digest.digest(), large);
  }

  async #put(buffers: readonly Buffer[]): Promise<void> {
    if (buffers.length === 0) return;
    this.#fd ??= await this.#options.ops.open(this.#temporary, 'wx+');
    await this.#options.ops.write(this.#fd, buffers, this.#position);
    for (const one of buffers) this.#position += one.length;
  }

  async #orAbandon(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      const error: SekishoError = spoolError(`store the large body "${this.#file}"`, cause);
      await this.abandon().catch((more: unknown) => {
        throw new AggregateError([error, more], error.message);
      });
      throw error;
    }
  }
}
