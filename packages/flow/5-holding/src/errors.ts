import { SekishoError } from '@sekisho/terms';
import type { HeldId, HeldState } from './held.ts';

/** Nothing is or was held under this id in this tenant. */
export class HeldNotFoundError extends SekishoError {
  constructor(id: string) {
    super('holding.not-found', `Cannot find what is held as "${id}": no such entry`, { detail: { id } });
  }
}

/** The entry reached another end before. */
export class HeldSettledError extends SekishoError {
  constructor(verb: string, id: HeldId, state: HeldState) {
    super('holding.settled', `Cannot ${verb} "${id}": it is ${state}`, { detail: { id, state } });
  }
}

/** Why a release does not go through. */
export type ReleaseRefusal = 'not-allowed' | 'infected' | 'plan-changed';

const REFUSALS: Readonly<Record<ReleaseRefusal, string>> = {
  'not-allowed': 'only an operator may do that',
  infected: 'a virus was found in it, which an operator has to override by force',
  'plan-changed': 'the present rules stop it for another reason, which an operator has to override by force',
};

/** The present right or the present plan speaks against letting the message go. */
export class ReleaseRefusedError extends SekishoError {
  readonly refusal: ReleaseRefusal;

  constructor(verb: string, id: HeldId, refusal: ReleaseRefusal, detail: Record<string, unknown> = {}) {
    super('holding.refused', `Cannot ${verb} "${id}": ${REFUSALS[refusal]}`, { detail: { id, refusal, ...detail } });
    this.refusal = refusal;
  }
}
