import { z } from '@hono/zod-openapi';

/** A time in an answer: UTC. */
export const timeView = z.iso.datetime().openapi({ example: '2026-11-20T12:04:31.000Z' });

/** A time as answers have it. */
export const iso = (ms: number): string => new Date(ms).toISOString();

/** The same for a time that may not be. */
export const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms));
