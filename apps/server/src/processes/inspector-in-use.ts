import type { InspectionLimits, MessageInspector } from '@sekisho/inspection';

interface Opened {
  readonly inspector: MessageInspector;
  /** Messages that it looks at. */
  underWay: number;
}

/** The inspector of a scan process: replaced when limits change, and closed when the messages it began are done. */
export class InspectorInUse {
  readonly #open: (limits: Partial<InspectionLimits>) => MessageInspector;
  readonly #failed: (error: unknown) => void;
  #now: Opened;

  constructor(open: (limits: Partial<InspectionLimits>) => MessageInspector, failed: (error: unknown) => void) {
    this.#open = open;
    this.#failed = failed;
    this.#now = { inspector: open({}), underWay: 0 };
  }

  /** Messages that come from now on are looked at within these limits. */
  setLimits(limits: Partial<InspectionLimits>): void {
    const former = this.#now;
    this.#now = { inspector: this.#open(limits), underWay: 0 };
    this.#closeIfDone(former);
  }

  readonly inspect: MessageInspector['inspect'] = async (raw, envelope, wishes) => {
    const opened = this.#now;
    opened.underWay += 1;
    try {
      return await opened.inspector.inspect(raw, envelope, wishes);
    } finally {
      opened.underWay -= 1;
      this.#closeIfDone(opened);
    }
  };

  #closeIfDone(opened: Opened): void {
    if (opened === this.#now || opened.underWay > 0) return;
    opened.inspector.close().catch(this.#failed);
  }
}
