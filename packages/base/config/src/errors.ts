import { SekishoError } from '@sekisho/terms';

/** The configuration file, or a variable of the environment, cannot be used. */
export class ConfigError extends SekishoError {
  constructor(where: string, state: string, cause?: unknown) {
    super('config', `Cannot use configuration ${where}: ${state}`, { detail: { where, state }, cause });
  }
}

/** A name that no catalogue has. */
export class UnknownNameError extends SekishoError {
  constructor(kind: string, name: string, nearest: string | null) {
    const hint = nearest === null ? '' : `, did you mean "${nearest}"?`;
    super('unknown-name', `Cannot find ${kind} "${name}": no such name is known${hint}`, {
      detail: { kind, name, nearest },
    });
  }
}

/** A value that a setting does not take. */
export class SettingValueError extends SekishoError {
  constructor(name: string, state: string) {
    super('setting-value', `Cannot set "${name}": ${state}`, { detail: { name, state } });
  }
}
