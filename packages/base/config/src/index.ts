export type { Config, Listener } from './config.ts';
export { checkSetting, effectiveSettings, parseSettingName, parseSettingText } from './effective-settings.ts';
export { ConfigError, SettingValueError, UnknownNameError } from './errors.ts';
export { formatReference } from './format-reference.ts';
export { type ConfigKey, type ConfigName, type ConfigValues, configKeys } from './keys.ts';
export { nearestName } from './nearest.ts';
export { readConfig } from './read-config.ts';
export type { Setting, SettingScope, SettingUnit } from './setting.ts';
export { type SettingName, type Settings, settingNames, settings } from './settings.ts';
