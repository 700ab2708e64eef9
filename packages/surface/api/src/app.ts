import { OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi';
import type { Tenant } from '@sekisho/tenants';
import type { Actor } from '@sekisho/terms';
import type { ZodType } from 'zod';
import { faultOf, faultView } from './fault.ts';
import { BadRequestError } from './errors.ts';

/** What middleware finds out for the handlers behind it. */
export interface ApiEnv {
  Variables: {
    /** Who asks. */
    actor: Actor;
    /** The tenant that the path names. */
    tenant: Tenant;
  };
}

export type ApiApp = OpenAPIHono<ApiEnv>;

/** An app whose questions are checked by their schemas; what does not fit is answered with every fault. */
export function newApp(): ApiApp {
  return new OpenAPIHono<ApiEnv>({
    defaultHook(result, c) {
      if (result.success) return;
      const issues = result.error.issues.map(({ path, message }) => ({ at: path.join('.') || result.target, message }));
      const state = issues.map(({ at, message }) => `${at}: ${message}`).join('; ');
      const { status, fault } = faultOf(new BadRequestError(state, { in: result.target, issues }));
      return c.json(fault, status);
    },
  });
}

const fault = (description: string) => ({ description, content: { 'application/json': { schema: faultView } } });

/** The failures that any question may meet. */
const FAULTS = {
  400: fault('The question cannot be read.'),
  404: fault('Something that the question names does not exist.'),
  409: fault('The present state does not allow it.'),
  413: fault('The question is too large.'),
  422: fault('A value of the question cannot be taken.'),
  500: fault('An unforeseen error; the log has the story.'),
  503: fault('Not possible now; try again.'),
} satisfies RouteConfig['responses'];

/** The answers of a question: a value, or one of the failures. */
export const answers = <Schema extends ZodType>(schema: Schema, description: string) => ({
  200: { description, content: { 'application/json': { schema } } },
  ...FAULTS,
});

/** The answers of a question that makes something. */
export const answersCreated = <Schema extends ZodType>(schema: Schema, description: string) => ({
  201: { description, content: { 'application/json': { schema } } },
  ...FAULTS,
});

/** The answers of a question after which nothing is there any more. */
export const answersGone = (description: string) => ({ 204: { description }, ...FAULTS });

/** The answers of a question that streams a document. */
export const answersStream = (type: string, description: string) => ({
  200: { description, content: { [type]: { schema: z.string().openapi({ format: 'binary' }) } } },
  ...FAULTS,
});

/** A question with a JSON body. */
export const jsonBody = <Schema extends ZodType>(schema: Schema) => ({
  required: true,
  content: { 'application/json': { schema } },
});
