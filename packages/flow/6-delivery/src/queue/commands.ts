import { cancel } from './cancel.ts';
import { claim } from './claim.ts';
import { counts } from './counts.ts';
import { extend } from './extend.ts';
import { history } from './history.ts';
import { list } from './list.ts';
import { reclaim } from './reclaim.ts';
import { owedReports, reported } from './reports.ts';
import { retry } from './retry.ts';
import { settle } from './settle.ts';

/** What can be asked of the queue from outside the tenant's writer. */
export const commands = {
  claim,
  extend,
  settle,
  reclaim,
  list,
  retry,
  cancel,
  counts,
  history,
  owedReports,
  reported,
} as const;
