import { isIP } from 'node:net';
import { z } from 'zod';
import { InstallationValueError } from '../errors.ts';
import { parseDomainName } from './domain-name.ts';

/** The name under which a tenant's route for all domains that are not its own is set. */
export const EVERYWHERE_ELSE = '*';

const host = z.string().transform((text, context) => {
  if (isIP(text) !== 0) return text;
  try {
    return parseDomainName(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'must be a host name or an address' });
    return z.NEVER;
  }
});

const hop = z.strictObject({ host, port: z.int().min(1).max(65_535).default(25) });

/** Checks a route where it arrives; what may be left out gets its usual value. */
export const routeSchema = z.strictObject({
  /** `mx`, or hosts in the order in which they are tried. */
  nextHop: z.union([z.literal('mx'), z.array(hop).min(1).max(10).readonly()]),
  tls: z.enum(['none', 'opportunistic', 'required']).default('opportunistic'),
  /** How recipients are known: our list, asking the next hop, or not at all. */
  recipientMode: z.enum(['list', 'ask', 'accept-all']).default('list'),
  inspectBeforeReply: z.boolean().default(false),
});

/** Where mail for a domain goes, and what is asked of it before. */
export type Route = Readonly<z.output<typeof routeSchema>>;

/** A route as people write it, with what may be left out. */
export type RouteInput = z.input<typeof routeSchema>;

/** Checks a route; throws with the place that is wrong. */
export function parseRoute(route: unknown): Route {
  const checked = routeSchema.safeParse(route);
  if (checked.success) return checked.data;
  const issues = checked.error.issues.map((issue) => `${issue.path.join('.') || 'route'}: ${issue.message}`);
  throw new InstallationValueError('a route', JSON.stringify(route), issues.join('; '));
}
