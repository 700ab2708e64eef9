import { SekishoError } from '@sekisho/terms';

/** One thing that is wrong with a rule set, and where: `rules[0].when.all[1].name`. */
export interface RuleFault {
  readonly path: string;
  readonly message: string;
}

/** The rules cannot be taken as they are; every fault is told. */
export class RulesRefusedError extends SekishoError {
  readonly faults: readonly RuleFault[];

  constructor(faults: readonly RuleFault[]) {
    const told = faults.map(({ path, message }) => `${path}: ${message}`).join('; ');
    super('policy.rules-refused', `Cannot take the rules: ${told}`, { detail: { faults } });
    this.faults = faults;
  }
}

/** Somebody else changed the rules meanwhile. */
export class RulesChangedError extends SekishoError {
  constructor(expected: string, present: string) {
    super(
      'policy.rules-changed',
      `Cannot set rules made from version "${expected}": the present version is "${present}"`,
      {
        detail: { expected, present },
      },
    );
  }
}

/** The history has no such entry. */
export class RulesNotFoundError extends SekishoError {
  constructor(number: number) {
    super('policy.rules-not-found', `Cannot find rules number ${number}: the history has no such entry`, {
      detail: { number },
    });
  }
}
