import {
  attachmentsOf,
  type MessageSummary,
  type MessageTree,
  messageSummary,
  parseMessage,
  serializeTree,
} from '@sekisho/message';
import { forgedAuthenticationResults } from '@sekisho/message-auth';
import type { Clock } from '@sekisho/ports';
import type { Envelope, Fact } from '@sekisho/terms';
import { type Contents, NO_CONTENTS } from './contents/contents.ts';
import { addContents, messageWords, NO_WORDS } from './index-words.ts';
import { type IndexWords, INSPECTION_VERSION, type Inspection } from './inspection.ts';
import type { Inspector } from './inspector.ts';
import type { InspectionLimits } from './limits.ts';
import { inspectionFailed, runInspectors } from './run-inspectors.ts';
import type { PdfReader } from './text/pdf-reader.ts';
import { isEncodedTwice } from './readings.ts';
import { TextBudget } from './text/text-budget.ts';

/** What a rule may want to know beyond the ordinary facts. */
export interface Wishes {
  /** Header fields whose values become the fact `message/fields`; names in lower case. */
  readonly fields?: readonly string[];
}

export interface InspectionMeans {
  readonly authservId: string;
  readonly clock: Clock;
  readonly limits: InspectionLimits;
  readonly inspectors: readonly Inspector[];
  pdf(): Promise<PdfReader>;
}

const NO_TREE = Buffer.alloc(0);

const NO_SUMMARY: MessageSummary = {
  subject: '',
  from: [],
  to: [],
  cc: [],
  date: null,
  messageId: null,
  attachmentCount: 0,
};

/** Parses a message once, asks every inspector, takes its words. Whatever fails is told, and the rest is done. */
export async function inspectMessage(
  raw: Buffer,
  envelope: Envelope,
  wishes: Wishes,
  means: InspectionMeans,
): Promise<Inspection> {
  const { clock, limits } = means;
  const failures: Fact[] = [];
  const attempt = <T>(name: string, work: () => T, otherwise: T): T => {
    try {
      return work();
    } catch (error) {
      failures.push(inspectionFailed(name, error));
      return otherwise;
    }
  };
  const parsed = attempt<MessageTree | null>('message/parse', () => parseMessage(raw), null);
  const tree = parsed ?? parseMessage(NO_TREE);
  const texts = new TextBudget(limits, clock);
  const summary = attempt('message/summary', () => messageSummary(raw, tree), NO_SUMMARY);
  const words = attempt('index/words', () => messageWords(raw, tree, summary, texts), NO_WORDS);

  let looked: Promise<Contents> | undefined;
  let seen: Contents | null = null;
  const contents = () => {
    looked ??= lookInto(raw, tree, texts, means).then(
      (found) => (seen = found),
      (error: unknown) => {
        failures.push(inspectionFailed('attachment/contents', error));
        return (seen = { ...NO_CONTENTS, unseen: attachmentsOf(tree).length });
      },
    );
    return looked;
  };
  const context = { raw, envelope, tree, wantedFields: wishes.fields ?? [], contents };
  const facts = await runInspectors(means.inspectors, context, limits.deadlineMs);
  return {
    version: INSPECTION_VERSION,
    tree: parsed ? attempt('message/tree', () => serializeTree(parsed), NO_TREE) : NO_TREE,
    summary,
    words: attempt('index/words', () => withContents(words, seen, texts), words),
    omitted: attempt('auth/forged', () => forgedAuthenticationResults(raw, means.authservId), []),
    indexedAll: parsed !== null && seen !== null && failures.length === 0 && !texts.isCut,
    facts: facts.concat(failures),
  };
}

function withContents(words: IndexWords, seen: Contents | null, texts: TextBudget): IndexWords {
  return seen === null || seen === NO_CONTENTS ? words : addContents(words, seen, texts);
}

/** Loads what opens attachments only when there are some. */
async function lookInto(raw: Buffer, tree: MessageTree, texts: TextBudget, means: InspectionMeans): Promise<Contents> {
  if (attachmentsOf(tree).length === 0 && !isEncodedTwice(tree)) return NO_CONTENTS;
  const { examineAttachments } = await import('./contents/examine-attachments.ts');
  return examineAttachments(raw, tree, { limits: means.limits, clock: means.clock, texts, pdf: means.pdf });
}
