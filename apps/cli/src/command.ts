import type { Config } from '@sekisho/config';
import type { Sentence } from '@sekisho/terms';
import type { ApiClient } from './client/api-client.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Language } from './language.ts';
import type { Column } from './output/table.ts';
import type { Zone } from './output/times.ts';

/** Something that stands at a place of the command line. */
export interface Positional {
  /** As the help shows it: `TENANT`. */
  readonly name: string;
  readonly about: Sentence;
  readonly isOptional?: boolean;
  /** Takes all that follows; only the last one can. */
  readonly isMany?: boolean;
}

/** Something that is named with two hyphens. */
export interface Option {
  /** As the help shows the value: `FILE`; absent for a switch. */
  readonly value?: string;
  readonly about: Sentence;
}

/** A command: what it is called, what it takes and what it does. */
export interface Command {
  /** Noun and verb: `tenant create`. */
  readonly name: string;
  readonly about: Sentence;
  readonly positionals: readonly Positional[];
  readonly options: Readonly<Record<string, Option>>;
  readonly example: string;
  /** More that a person needs to know, under the options. */
  readonly notes?: Sentence;
  /** A reader prints for people, or with `--json` for programs. */
  readonly isReader: boolean;
  readonly run: (context: Context) => Promise<ExitCode>;
}

/** Where a command reads and writes. */
export interface Streams {
  readonly out: (text: string) => void;
  /** Octets of a document; resolves when more may come. */
  readonly outOctets: (octets: Uint8Array) => Promise<void>;
  readonly err: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** True when a person looks at what `err` writes. */
  readonly isTerminal: boolean;
}

/** All that a running command has. */
export interface Context {
  readonly streams: Streams;
  readonly language: Language;
  readonly isJson: boolean;
  readonly zone: Zone;
  readonly api: ApiClient;
  /** Reads the configuration; throws when it cannot be used. */
  readonly config: () => Config;
  /** The configuration file that holds, or `null` for the defaults. */
  readonly configFile: string | null;
  /** The values at the places of the command line, by name. */
  place(name: string): string;
  places(name: string): readonly string[];
  /** The value of an option, or `null`. */
  option(name: string): string | null;
  isSet(name: string): boolean;
  /** Says something to a person, in the language of the command. */
  say(sentence: Sentence): void;
  text(sentence: Sentence): string;
  /** A time for a person. */
  time(iso: string | null): string;
  /** Prints a value for programs, or calls `show` for people. */
  print(value: unknown, show: () => void): void;
  /** Prints rows; says so when there are none. */
  table(columns: readonly Column[], rows: readonly (readonly string[])[]): void;
}
