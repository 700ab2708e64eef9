import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { type Config, readConfig } from '@sekisho/config';
import { ApiClient } from './client/api-client.ts';
import type { Context, Streams } from './command.ts';
import type { Language } from './language.ts';
import type { Line } from './parse-line.ts';
import { formatTable } from './output/table.ts';
import { formatTime } from './output/times.ts';

const DEFAULT_FILE = 'sekisho.toml';

/** Makes all that a command has out of its command line. */
export function contextOf({ places, options }: Line, language: Language, streams: Streams): Context {
  const named = options['config'];
  const configFile = typeof named === 'string' ? named : existsSync(DEFAULT_FILE) ? DEFAULT_FILE : null;
  let read: Config | null = null;
  const config = () => {
    read ??= readConfig(configFile, streams.env);
    return read;
  };
  const isJson = options['json'] === true;
  const zone = options['utc'] === true ? 'UTC' : 'JST';
  return {
    streams,
    language,
    isJson,
    zone,
    config,
    configFile,
    api: new ApiClient(() => join(config().data, 'run', 'api.sock'), userName()),
    place: (name) => places.get(name)?.[0] ?? '',
    places: (name) => places.get(name) ?? [],
    option(name) {
      const value = options[name];
      return typeof value === 'string' ? value : null;
    },
    isSet: (name) => options[name] === true,
    say: (sentence) => streams.err(`${sentence[language]}\n`),
    text: (sentence) => sentence[language],
    time: (iso) => (iso === null ? '-' : formatTime(iso, zone)),
    print(value, show) {
      if (isJson) streams.out(`${JSON.stringify(value, null, 2)}\n`);
      else show();
    },
    table(columns, rows) {
      if (rows.length === 0) streams.err(`${language === 'ja' ? '該当なし' : 'none'}\n`);
      else streams.out(formatTable(columns, rows));
    },
  };
}

/** Who runs the command, as the records will say. */
function userName(): string {
  try {
    return userInfo().username || 'operator';
  } catch {
    return 'operator';
  }
}
