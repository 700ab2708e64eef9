import { z } from '@hono/zod-openapi';
import { sentenceView } from '../views/actor.ts';

/** Something that was looked at: how it is, and what to do when it is not well. */
export const findingView = z
  .object({
    id: z.string().openapi({ example: 'route-missing' }),
    level: z.enum(['good', 'warning', 'bad']),
    tenant: z.string().nullable(),
    what: sentenceView,
    todo: sentenceView.nullable(),
  })
  .openapi('Finding');

export type Finding = z.infer<typeof findingView>;
