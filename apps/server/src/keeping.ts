import { effectiveSettings, type Settings } from '@sekisho/config';
import type { RetentionClass } from '@sekisho/packs';

/** How a tenant wants its mail kept; goes with every batch, so that a changed setting holds from the next one on. */
export interface Keeping {
  /** How long what is stopped waits before it is deleted. */
  readonly quarantineDays: number;
  /** The class of packs that bodies go to. */
  readonly retentionClass: RetentionClass;
}

/** What the settings of the installation and the tenant come to. */
export function keepingOf(installation: Partial<Settings>, tenant: Partial<Settings> = {}): Keeping {
  const settings = effectiveSettings(installation, tenant);
  return { quarantineDays: settings['quarantine.days'], retentionClass: settings['archive.retention-class'] };
}

/** What holds where nobody has set anything. */
export const USUAL_KEEPING = keepingOf({});
