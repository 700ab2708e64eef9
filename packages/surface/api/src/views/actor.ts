import { z } from '@hono/zod-openapi';

/** Who did something. */
export const actorView = z
  .object({ kind: z.enum(['operator', 'system', 'user']), name: z.string() })
  .readonly()
  .openapi('Actor');

/** A sentence in both languages. */
export const sentenceView = z.object({ ja: z.string(), en: z.string() }).readonly().openapi('Sentence');
