import { readFileSync } from 'node:fs';
import { availableParallelism, hostname } from 'node:os';
import { dirname, relative, resolve } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import { type Config, shapeConfig } from './config.ts';
import { ConfigError, UnknownNameError } from './errors.ts';
import { type ConfigKey, type ConfigName, type ConfigValues, configKeys } from './keys.ts';
import { nearestName } from './nearest.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const NAMES = Object.keys(configKeys) as ConfigName[];

/**
 * Reads and checks the configuration once, whole. `file` may be `null` (only the environment and the defaults); paths
 * are taken from the folder of the file. Throws a ConfigError or an UnknownNameError that says what to mend.
 */
export function readConfig(file: string | null, env: Environment = process.env): Config {
  const folder = file === null ? process.cwd() : dirname(resolve(file));
  const given = file === null ? new Map<ConfigName, unknown>() : flatten(readToml(file));
  const values = Object.fromEntries(NAMES.map((name) => [name, findValue(name, given, env)])) as ConfigValues;
  const config = shapeConfig(values, {
    hostname: hostname(),
    processors: availableParallelism(),
    resolve: (path) => resolve(folder, path),
  });
  checkTogether(config, values);
  return config;
}

function readToml(file: string): Readonly<Record<string, unknown>> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigError(`file "${file}"`, 'it cannot be read', cause);
  }
  try {
    return parse(text);
  } catch (cause) {
    const line = cause instanceof TomlError ? `line ${cause.line}: ${cause.message.split('\n')[0]}` : 'it is not TOML';
    throw new ConfigError(`file "${file}"`, line, cause);
  }
}

function flatten(table: Readonly<Record<string, unknown>>, prefix = ''): Map<ConfigName, unknown> {
  const flat = new Map<ConfigName, unknown>();
  for (const [part, value] of Object.entries(table)) {
    const name = `${prefix}${part}`;
    if (Object.hasOwn(configKeys, name)) flat.set(name as ConfigName, value);
    else if (isTable(value) && NAMES.some((known) => known.startsWith(`${name}.`)))
      for (const [inner, found] of flatten(value, `${name}.`)) flat.set(inner, found);
    else throw new UnknownNameError('configuration key', name, nearestName(name, suggestions(value)));
  }
  return flat;
}

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** For a table, the names of tables; for a value, the names of keys. */
const suggestions = (value: unknown): string[] =>
  isTable(value) ? [...new Set(NAMES.filter((name) => name.includes('.')).map((name) => name.split('.')[0]!))] : NAMES;

function findValue(name: ConfigName, given: ReadonlyMap<ConfigName, unknown>, env: Environment): unknown {
  const key: ConfigKey<unknown> = configKeys[name];
  const fromEnv = key.env === undefined ? undefined : env[key.env];
  if (fromEnv !== undefined && fromEnv !== '') return check(`variable ${key.env}`, key, fromText(key, fromEnv));
  return given.has(name) ? check(`key "${name}"`, key, given.get(name)) : key.default;
}

/** The environment only has texts; a key whose default is a number takes digits. */
const fromText = (key: ConfigKey<unknown>, text: string): unknown =>
  typeof key.default === 'number' && /^\d+$/.test(text) ? Number(text) : text;

function check(where: string, key: ConfigKey<unknown>, value: unknown): unknown {
  const checked = key.schema.safeParse(value);
  if (checked.success) return checked.data;
  throw new ConfigError(where, `got ${JSON.stringify(value)}: ${checked.error.issues[0]!.message}`);
}

function checkTogether(config: Config, values: ConfigValues): void {
  const [certificate, key] = [values['tls.certificate'], values['tls.key']];
  if ((certificate === null) !== (key === null))
    throw new ConfigError('keys "tls.certificate" and "tls.key"', 'one of them is missing');
  if ('file' in config.rootKey && !relative(config.data, config.rootKey.file).startsWith('..'))
    throw new ConfigError(
      'key "root_key.file"',
      'it lies inside the data folder, where a copy of the data takes it along',
    );
}
