import { SekishoError } from '@sekisho/terms';
import type { Stage } from './client/stage.ts';

/** The guard does not let us connect there; nothing was sent to the address, not even a SYN. */
export class GuardedAddressError extends SekishoError {
  constructor(address: string, guard: string) {
    super('delivery.guarded-address', `Cannot connect to "${address}": the guard "${guard}" refuses it`, {
      detail: { address, guard },
    });
  }
}

/** A string on its way into an SMTP line would end the line or does not belong there. */
export class UnsafeLineError extends SekishoError {
  constructor(what: string, line: string) {
    super('delivery.unsafe-line', `Cannot send ${what}: got ${JSON.stringify(line.slice(0, 200))}`, {
      detail: { what },
    });
  }
}

/** The session with a next hop ended or never came about; every recipient it carried is tried again later. */
export class SessionFailedError extends SekishoError {
  readonly stage: Stage;

  constructor(stage: Stage, what: string, cause?: unknown) {
    super('delivery.session-failed', what, { detail: { stage }, ...(cause === undefined ? {} : { cause }) });
    this.stage = stage;
  }
}
