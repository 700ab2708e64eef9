import { SekishoError } from '@sekisho/terms';

/** The demo cannot do what it was asked. */
export class DemoError extends SekishoError {
  constructor(
    id: 'usage' | 'port-taken' | 'folder' | 'not-started' | 'api' | 'smtp',
    message: string,
    cause?: unknown,
  ) {
    super(`demo.${id}`, message, { cause });
  }
}
