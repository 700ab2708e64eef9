import { readFileSync } from 'node:fs';
import { addressGroup } from './networks.ts';

/** Counts connections, all of them and those of each address. */
export class Admission {
  #most: number;
  readonly #byAddress = new Map<string, number>();
  #open = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Other numbers hold from the next connection on; those that are open stay. */
  set most(most: number) {
    this.#most = most;
  }

  get open(): number {
    return this.#open;
  }

  /** Counts a connection in, unless there are too many. */
  enter(): boolean {
    if (this.#open >= this.#most) return false;
    this.#open++;
    return true;
  }

  leave(): void {
    this.#open--;
  }

  /** Counts a connection of an address in, unless it has too many. */
  enterAddress(ip: string, most: number): boolean {
    const group = addressGroup(ip);
    const count = this.#byAddress.get(group) ?? 0;
    if (count >= most) return false;
    this.#byAddress.set(group, count + 1);
    return true;
  }

  leaveAddress(ip: string): void {
    const group = addressGroup(ip);
    const count = (this.#byAddress.get(group) ?? 0) - 1;
    if (count > 0) this.#byAddress.set(group, count);
    else this.#byAddress.delete(group);
  }
}

/** Descriptors that the spool, the log and the links between processes need. */
const RESERVED_DESCRIPTORS = 64;

/** Connections that fit beside everything else into the descriptors of this process; no limit where none is known. */
export function connectionsThatFit(wanted: number): number {
  const soft = descriptorLimit();
  return Math.max(1, Math.min(wanted, soft - RESERVED_DESCRIPTORS));
}

function descriptorLimit(): number {
  try {
    const found = /^Max open files\s+([0-9]+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1];
    return found === undefined ? Number.POSITIVE_INFINITY : Number(found);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
