import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Clock, type Random, systemRandom } from '@sekisho/ports';
import { adoptFile } from './adopt.ts';
import { PackFullError, PackReadError, PacksClosedError, PackSyncError } from './errors.ts';
import { diskFileOps, type FileOps } from './file-ops.ts';
import { DEFAULT_PACK_LIMITS, type PackLimits } from './limits.ts';
import type { OpenPack } from './open-pack.ts';
import { PackReader } from './pack-reader.ts';
import { formatPackName, monthOf, type PackName, type Place, parsePackName, type RetentionClass } from './place.ts';
import { readTails, removeTails, writeTails } from './tails.ts';

export interface PacksOptions {
  /** The tenant's own folder for packs; made 0700. */
  readonly folder: string;
  readonly clock: Clock;
  readonly random?: Random;
  readonly limits?: Partial<PackLimits>;
  readonly ops?: FileOps;
}

/** A pack as it lies in the folder. */
export interface PackFile extends PackName {
  readonly pack: string;
  readonly octets: number;
}

/** Opens the packs of one tenant; one writer at a time for each folder. */
export function openPacks(options: PacksOptions): Packs {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  return new Packs(options);
}

/**
 * Sealed bodies of one tenant in append-only files: one open pack for each retention class and month. Appending makes
 * nothing durable, `sync` does; after a failed write or sync the packs take nothing more until they are opened again.
 */
export class Packs {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #ops: FileOps;
  readonly #limits: PackLimits;
  readonly #reader: PackReader;
  readonly #open = new Map<RetentionClass, OpenPack>();
  readonly #dirty = new Set<OpenPack>();
  #isFolderDirty = false;
  #hasAppended = false;
  #syncing: Promise<void> = Promise.resolve();
  #failure: PackSyncError | null = null;
  #closing: Promise<void> | null = null;

  constructor({ folder, clock, random = systemRandom, limits, ops = diskFileOps }: PacksOptions) {
    this.#folder = folder;
    this.#clock = clock;
    this.#random = random;
    this.#ops = ops;
    this.#limits = { ...DEFAULT_PACK_LIMITS, ...limits };
    this.#reader = new PackReader(folder, ops, this.#limits.openForReading);
  }

  /** Why the packs take nothing more; `null` while they do. */
  get failure(): PackSyncError | null {
    return this.#failure;
  }

  /** Appends one sealed body. It is durable after the next `sync`. Throws PackFullError or PackSyncError. */
  append(sealed: Buffer, retentionClass: RetentionClass): Place {
    return this.appendAll([sealed], retentionClass)[0]!;
  }

  /** Appends many, with one write for each pack they go to. */
  appendAll(bodies: readonly Buffer[], retentionClass: RetentionClass): Place[] {
    const places: Place[] = [];
    while (places.length < bodies.length) {
      const open = this.#packFor(retentionClass, bodies[places.length]!.length);
      const batch: Buffer[] = [];
      let end = open.octets;
      for (const body of bodies.slice(places.length)) {
        if (batch.length > 0 && end + body.length > this.#limits.packOctets) break;
        places.push({ pack: open.pack, offset: end, length: body.length });
        batch.push(body);
        end += body.length;
      }
      this.#guard('append to', open.pack, () => this.#ops.write(open.fd, batch, open.octets));
      open.octets = end;
      this.#dirty.add(open);
    }
    return places;
  }

  /** Makes a large body's file one of ours, by a second name or, across disks, a copy. Durable after `sync`. */
  adopt(file: string, retentionClass: RetentionClass): Place {
    this.#refuseWhenClosed();
    const [id = this.#random.bytes(16).toString('hex')] = /[0-9a-f]{32}/.exec(basename(file)) ?? [];
    const pack = this.#newName(retentionClass, 'large', id);
    if (!statSync(file, { throwIfNoEntry: false })) throw new PackReadError(basename(file));
    const { length, copy } = this.#guard('adopt', pack, () => adoptFile(file, join(this.#folder, pack), this.#ops));
    if (copy !== null) this.#dirty.add({ pack, fd: copy, month: '', octets: length, isClosed: true });
    this.#isFolderDirty = true;
    return { pack, offset: 0, length };
  }

  /**
   * Has the next `sync` cover these packs although nothing was appended to them since the opening: a process that died
   * may have left bodies in them that it never synced, and that are read all the same.
   */
  resync(packs: Iterable<string>): void {
    this.#refuseWhenClosed();
    for (const pack of packs) {
      const known = [...this.#open.values(), ...this.#dirty].find((one) => one.pack === pack);
      this.#dirty.add(known ?? this.#reopen(pack));
      this.#isFolderDirty = true;
    }
  }

  /** Makes durable what was appended and adopted so far; rejects with PackSyncError, and then nothing more is taken. */
  sync(): Promise<void> {
    if (this.#closing) return this.#closing;
    this.#syncing = this.#syncing.then(() => this.#sync());
    this.#syncing.catch(() => null);
    return this.#syncing;
  }

  /** The sealed octets at a place; throws PackReadError. */
  read(place: Place): Buffer {
    if (this.#closing) throw new PacksClosedError(this.#folder);
    return this.#reader.read(place);
  }

  /** The same, a chunk at a time. */
  readStream(place: Place): Iterable<Buffer> {
    if (this.#closing) throw new PacksClosedError(this.#folder);
    return this.#reader.readStream(place);
  }

  /** All packs of the folder. */
  list(): PackFile[] {
    const files: PackFile[] = [];
    for (const pack of readdirSync(this.#folder)) {
      const name = parsePackName(pack);
      if (name) files.push({ ...name, pack, octets: statSync(join(this.#folder, pack)).size });
    }
    return files;
  }

  /** Unlinks a pack whose retention has ended. Durable after `sync`. */
  remove(pack: string): void {
    if (!parsePackName(pack)) throw new TypeError(`Cannot remove "${pack}": it is not named as a pack is`);
    for (const [retentionClass, open] of this.#open) if (open.pack === pack) this.#closePack(retentionClass, open);
    this.#reader.forget(pack);
    this.#guard('remove', pack, () => this.#ops.unlink(join(this.#folder, pack)));
    this.#isFolderDirty = true;
  }

  /** Syncs and closes all; packs that ended whole are continued by the next opening. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    this.#reader.close();
    try {
      if (this.#failure) return;
      this.#syncing = this.#syncing.then(() => this.#sync());
      await this.#syncing;
      const tails = [...this.#open.values()].map(({ pack, octets }) => ({ pack, octets }));
      if (tails.length > 0) await writeTails(this.#folder, tails, this.#ops);
    } finally {
      for (const open of new Set([...this.#open.values(), ...this.#dirty])) this.#ops.close(open.fd);
      this.#open.clear();
      this.#dirty.clear();
    }
  }

  #packFor(retentionClass: RetentionClass, octets: number): OpenPack {
    this.#refuseWhenClosed();
    if (!this.#hasAppended) this.#guard('continue', 'the packs', () => this.#continue());
    const open = this.#open.get(retentionClass);
    if (open && open.month === monthOf(this.#clock.now()) && open.octets + octets <= this.#limits.packOctets)
      return open;
    if (open) this.#closePack(retentionClass, open);
    const pack = this.#newName(retentionClass, 'pack', this.#random.bytes(8).toString('hex'));
    return this.#guard('make', pack, () => {
      const fd = this.#ops.open(join(this.#folder, pack), 'wx+');
      this.#isFolderDirty = true;
      return this.#keepOpen(retentionClass, pack, fd, 0);
    });
  }

  /** Opens the packs that ended whole. Their note goes first: it must not speak of what is appended now. */
  #continue(): void {
    const tails = readTails(this.#folder);
    removeTails(this.#folder);
    for (const { pack, octets } of tails) {
      const fd = this.#ops.open(join(this.#folder, pack), 'r+');
      this.#keepOpen(parsePackName(pack)!.retentionClass, pack, fd, octets);
    }
    this.#hasAppended = true;
  }

  #reopen(pack: string): OpenPack {
    const { month } = parsePackName(pack)!;
    const fd = this.#guard('open', pack, () => this.#ops.open(join(this.#folder, pack), 'r+'));
    return { pack, fd, month, octets: 0, isClosed: true };
  }

  #keepOpen(retentionClass: RetentionClass, pack: string, fd: number, octets: number): OpenPack {
    const open = { pack, fd, month: parsePackName(pack)!.month, octets, isClosed: false };
    this.#open.set(retentionClass, open);
    return open;
  }

  #closePack(retentionClass: RetentionClass, open: OpenPack): void {
    this.#open.delete(retentionClass);
    open.isClosed = true;
    this.#dirty.add(open);
  }

  #newName(retentionClass: RetentionClass, kind: PackName['kind'], id: string): string {
    return formatPackName({ retentionClass, kind, month: monthOf(this.#clock.now()) }, id);
  }

  async #sync(): Promise<void> {
    this.#refuseAfterFailure();
    const dirty = [...this.#dirty];
    const isFolderDirty = this.#isFolderDirty;
    this.#dirty.clear();
    this.#isFolderDirty = false;
    try {
      await Promise.all(dirty.map(({ fd }) => this.#ops.sync(fd)));
      if (isFolderDirty) await this.#ops.syncFolder(this.#folder);
    } catch (cause) {
      for (const open of dirty) this.#dirty.add(open);
      throw this.#fail('sync', 'the packs', cause);
    }
    for (const open of dirty) if (open.isClosed && !this.#dirty.has(open)) this.#ops.close(open.fd);
  }

  #refuseAfterFailure(): void {
    if (this.#failure) throw this.#failure;
  }

  #refuseWhenClosed(): void {
    if (this.#closing) throw new PacksClosedError(this.#folder);
    this.#refuseAfterFailure();
  }

  #guard<T>(doing: string, what: string, work: () => T): T {
    try {
      return work();
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException;
      if (code !== 'ENOSPC' && code !== 'EDQUOT') throw this.#fail(doing, what, cause);
      throw new PackFullError(`Cannot ${doing} ${what}: ${message}`, { cause });
    }
  }

  #fail(doing: string, what: string, cause: unknown): PackSyncError {
    this.#failure ??= new PackSyncError(`Cannot ${doing} ${what} in "${this.#folder}": ${(cause as Error).message}`, {
      cause,
    });
    return this.#failure;
  }
}
