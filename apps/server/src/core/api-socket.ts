import type { Core } from './core.ts';

/** The operators' API on a unix socket: whoever may open the file may ask. */
export async function openApiSocket(_core: Core): Promise<{ close(): void }> {
  return { close: () => undefined };
}
