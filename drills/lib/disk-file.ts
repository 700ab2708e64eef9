/** A change of a file, and the position in the trace at which its call had ended. */
export type FileChange = { readonly ended: number } & (
  | { readonly offset: number; readonly data: Buffer }
  | { readonly size: number }
);

const SECTOR_OCTETS = 512;

/** Content of a file that grows in place. */
class Image {
  #octets: Buffer;
  #size: number;

  constructor(octets: Buffer) {
    this.#octets = Buffer.from(octets);
    this.#size = octets.length;
  }

  get octets(): Buffer {
    return this.#octets.subarray(0, this.#size);
  }

  apply(change: FileChange): void {
    if ('size' in change) {
      this.#reserve(change.size);
      if (change.size < this.#size) this.#octets.fill(0, change.size, this.#size);
      this.#size = change.size;
      return;
    }
    const end = change.offset + change.data.length;
    this.#reserve(end);
    this.#octets.set(change.data, change.offset);
    this.#size = Math.max(this.#size, end);
  }

  #reserve(size: number): void {
    if (size <= this.#octets.length) return;
    const next = Buffer.alloc(Math.max(size, 2 * this.#octets.length));
    next.set(this.octets);
    this.#octets = next;
  }
}

/** One file of a disk model: what is durable of it, and what was changed since. Its names are the model's business. */
export class DiskFile {
  readonly #durable: Image;
  #pending: FileChange[] = [];
  /** Where the next write without an offset goes. */
  #position = 0;
  #size: number;

  constructor(octets: Buffer) {
    this.#durable = new Image(octets);
    this.#size = octets.length;
  }

  opened(appends: boolean): void {
    this.#position = appends ? this.#size : 0;
  }

  write(data: Buffer, offset: number | null, ended: number): void {
    const at = offset ?? this.#position;
    if (offset === null) this.#position = at + data.length;
    this.change({ offset: at, data, ended });
  }

  change(change: FileChange): void {
    this.#pending.push(change);
    this.#size = 'size' in change ? change.size : Math.max(this.#size, change.offset + change.data.length);
  }

  /** Makes durable what had ended before the sync began. */
  sync(began: number): void {
    for (const change of this.#pending) if (change.ended < began) this.#durable.apply(change);
    this.#pending = this.#pending.filter((change) => change.ended >= began);
  }

  /** What a reader sees: the durable octets with every later change. */
  get octets(): Buffer {
    const image = new Image(this.#durable.octets);
    for (const change of this.#pending) image.apply(change);
    return image.octets;
  }

  /** The durable octets with each later change there, not there, or there in some of its sectors. */
  afterCut(chance: () => number): Buffer {
    if (this.#pending.length === 0) return this.#durable.octets;
    const image = new Image(this.#durable.octets);
    for (const change of this.#pending) {
      const fate = chance();
      if (fate < 0.45) continue;
      if (fate < 0.8 || 'size' in change) image.apply(change);
      else for (const sector of someSectors(change, chance)) image.apply(sector);
    }
    return image.octets;
  }
}

function* someSectors(
  change: FileChange & { readonly offset: number; readonly data: Buffer },
  chance: () => number,
): Iterable<FileChange> {
  for (let at = 0; at < change.data.length; ) {
    const end = Math.min(change.data.length, at + SECTOR_OCTETS - ((change.offset + at) % SECTOR_OCTETS));
    if (chance() < 0.5) yield { offset: change.offset + at, data: change.data.subarray(at, end), ended: change.ended };
    at = end;
  }
}
