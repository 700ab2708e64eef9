import { inspectionSettings } from './inspection-settings.ts';
import type { Setting } from './setting.ts';
import { smtpSettings } from './smtp-settings.ts';
import { waitingSettings } from './waiting-settings.ts';

/** Every setting, by its name. */
export const settings = { ...smtpSettings, ...inspectionSettings, ...waitingSettings } as const;

/** The name of a setting. */
export type SettingName = keyof typeof settings;

/** The value of each setting. */
export type Settings = {
  readonly [Name in SettingName]: (typeof settings)[Name] extends Setting<infer T> ? T : never;
};

/** All names, in the order of the catalogue. */
export const settingNames = Object.keys(settings) as readonly SettingName[];
