import type { ClamdPool } from '../antivirus/clamd-pool.ts';
import { isPartlyUnseen, otherInterpretations } from '../antivirus/interpretations.ts';
import { type AntivirusVerdict, worstVerdict } from '../antivirus/verdict.ts';
import type { Contents } from '../contents/contents.ts';
import type { InspectionContext, Inspector } from '../inspector.ts';
import { incompleteKinds } from './message-structure.ts';

const NAME = 'antivirus/verdict';
const DISABLED: AntivirusVerdict = { state: 'not-scanned', reason: 'disabled' };

/**
 * `antivirus/verdict`: what clamd says about the raw message and, where it can be read in several ways, about each
 * decoded part of each reading. Clean is only what was seen whole: what lies beyond a limit of ours is beyond what
 * clamd can be trusted to have looked at, for it passes over its own limits in silence unless told otherwise.
 */
export function antivirus(pool: ClamdPool | null, maxOctets: number): Inspector {
  return {
    name: NAME,
    otherwise: [{ name: NAME, value: { state: 'unscannable', reason: 'scanner-error' } }],
    async inspect(context) {
      const value = pool ? await verdictOf(context, pool, maxOctets) : DISABLED;
      return [{ name: NAME, value: { ...value } }];
    },
  };
}

async function verdictOf(context: InspectionContext, pool: ClamdPool, maxOctets: number): Promise<AntivirusVerdict> {
  const { raw, tree } = context;
  const verdicts = [await pool.scan(raw)];
  for (const octets of otherInterpretations(raw, tree, maxOctets)) {
    if (verdicts.at(-1)!.state === 'infected') break;
    verdicts.push(octets ? await pool.scan(octets) : { state: 'unscannable', reason: 'too-large' });
  }
  if (isPartlyUnseen(tree)) verdicts.push({ state: 'unscannable', reason: 'structure-limit' });
  if (incompleteKinds(tree).length > 0) verdicts.push({ state: 'unscannable', reason: 'incomplete' });
  const contents = await context.contents();
  if (isPartlyUnopened(contents)) verdicts.push({ state: 'unscannable', reason: 'archive-limit' });
  if (isPartlyLocked(contents)) verdicts.push({ state: 'unscannable', reason: 'encrypted' });
  return worstVerdict(verdicts);
}

/** What needs a password was seen by nobody, whatever clamd says of the octets around it. */
const isPartlyLocked = ({ unopened }: Contents) => unopened.some(({ reason }) => reason === 'encrypted');

/** Damaged and unknown files are facts of their own: clamd has scanned what there is of them. */
function isPartlyUnopened({ unopened, unseen }: Contents): boolean {
  return unseen > 0 || unopened.some(({ reason }) => !['encrypted', 'damaged', 'format'].includes(reason));
}
