import { SekishoError } from '@sekisho/terms';

/** Where sealed octets of one body lie among the packs of a tenant. */
export interface Place {
  /** Name of the file, without a folder. */
  readonly pack: string;
  readonly offset: number;
  readonly length: number;
}

/** How long a message is kept, as a name in file names: 1 to 32 lower-case letters, digits and hyphens. */
export type RetentionClass = string;

/** What the name of a pack says. */
export interface PackName {
  readonly retentionClass: RetentionClass;
  /** Month of its making, UTC: `202611`. */
  readonly month: string;
  readonly kind: 'pack' | 'large';
}

const RETENTION_CLASS = /^[a-z0-9][a-z0-9-]{0,31}$/;
const PACK_NAME = /^([a-z0-9][a-z0-9-]{0,31})\.(\d{6})\.[0-9a-f]{16,32}\.(pack|large)$/;

/** The parts of a pack's name, or `null` when it is none, so that no name from a row leads out of the folder. */
export function parsePackName(name: string): PackName | null {
  const [, retentionClass, month, kind] = PACK_NAME.exec(name) ?? [];
  return kind === undefined ? null : { retentionClass: retentionClass!, month: month!, kind: kind as 'pack' | 'large' };
}

/** `<retention class>.<month>.<id>.pack` or `.large`. */
export function formatPackName({ retentionClass, month, kind }: PackName, id: string): string {
  if (!RETENTION_CLASS.test(retentionClass)) {
    throw new SekishoError('retention-class', `Cannot name a pack after retention class "${retentionClass}"`);
  }
  return `${retentionClass}.${month}.${id}.${kind}`;
}

/** The month of a time, UTC: `202611`. */
export function monthOf(time: number): string {
  return new Date(time).toISOString().slice(0, 7).replace('-', '');
}
