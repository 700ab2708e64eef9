import { SettingValueError, UnknownNameError } from './errors.ts';
import { nearestName } from './nearest.ts';
import type { Setting, SettingScope } from './setting.ts';
import { type SettingName, type Settings, settingNames, settings } from './settings.ts';

/** What holds: the tenant's value, else the installation's, else the default. */
export function effectiveSettings(installation: Partial<Settings>, tenant: Partial<Settings> = {}): Settings {
  const value = (name: SettingName) => tenant[name] ?? installation[name] ?? settings[name].default;
  return Object.fromEntries(settingNames.map((name) => [name, value(name)])) as unknown as Settings;
}

/** The name, if it is one; throws with the nearest known one. */
export function parseSettingName(name: string): SettingName {
  if (Object.hasOwn(settings, name)) return name as SettingName;
  throw new UnknownNameError('setting', name, nearestName(name, settingNames));
}

/** Checks a value for a setting in a scope; throws a SettingValueError that says what is allowed. */
export function checkSetting<Name extends SettingName>(
  name: Name,
  scope: SettingScope,
  value: unknown,
): Settings[Name] {
  const setting: Setting<unknown> = settings[name];
  if (scope === 'tenant' && setting.scope === 'installation')
    throw new SettingValueError(name, 'it can be set for the installation only');
  const checked = setting.schema.safeParse(value);
  if (checked.success) return checked.data as Settings[Name];
  throw new SettingValueError(name, `got ${JSON.stringify(value)}: ${checked.error.issues[0]!.message}`);
}

/** The value that a text on a command line means: digits are a number, `5,10,20` a list of numbers where one belongs. */
export function parseSettingText(name: SettingName, text: string): unknown {
  const { default: usual } = settings[name];
  if (Array.isArray(usual)) return text.split(',').map((part) => numberOf(part.trim()));
  return typeof usual === 'number' ? numberOf(text.trim()) : text;
}

const numberOf = (text: string): number | string => (/^-?\d+$/.test(text) ? Number(text) : text);
