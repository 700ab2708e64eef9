import type { Sentence } from '@sekisho/terms';
import { type ZodType, z } from 'zod';

/** Where a setting can be made: for the installation only, or for a tenant as well. */
export type SettingScope = 'installation' | 'tenant';

/** What the number of a setting counts. */
export type SettingUnit = 'octets' | 'seconds' | 'minutes' | 'hours' | 'days' | 'pieces' | 'none';

/** A setting: versioned data, changed while the system runs. */
export interface Setting<T> extends Sentence {
  readonly scope: SettingScope;
  readonly default: T;
  readonly unit: SettingUnit;
  readonly schema: ZodType<T>;
}

/** A setting that is a whole number between two bounds. */
export const whole = (
  scope: SettingScope,
  unit: SettingUnit,
  value: number,
  [from, to]: readonly [number, number],
  en: string,
  ja: string,
): Setting<number> => ({ scope, unit, default: value, schema: z.int().min(from).max(to), en, ja });

/** Octets of a mebibyte. */
export const MIB = 1024 * 1024;
