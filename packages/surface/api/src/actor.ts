import type { Actor } from '@sekisho/terms';
import { BadRequestError } from './errors.ts';

/** Who asks when nobody says so. */
const DEFAULT_NAME = 'operator';

/** Reads the header in which the command line says who runs it (percent-encoded). */
export function parseActor(header: string | undefined): Actor {
  return { kind: 'operator', name: header === undefined ? DEFAULT_NAME : parseName(header) };
}

function parseName(header: string): string {
  let name: string;
  try {
    name = decodeURIComponent(header);
  } catch {
    throw new BadRequestError('header "x-sekisho-actor" is not percent-encoded');
  }
  if (name.length === 0 || name.length > 64 || /\p{Cc}/u.test(name))
    throw new BadRequestError('header "x-sekisho-actor" needs 1 to 64 characters, none of control');
  return name;
}
