import { attachmentsOf, decodeText, htmlToText, type MessageTree, type Part } from '@sekisho/message';
import type { Clock } from '@sekisho/ports';
import type { InspectionLimits } from '../limits.ts';
import { readingsOf } from '../readings.ts';
import { isOfficeTextMember, officeText } from '../text/office-text.ts';
import type { PdfReader } from '../text/pdf-reader.ts';
import type { TextBudget } from '../text/text-budget.ts';
import { ArchiveBudget } from './archive-budget.ts';
import type { Contents } from './contents.ts';
import { cropPart } from './crop-part.ts';
import { type Examination, examineFile, type FoundFile, NOTHING_SEEN } from './examine-file.ts';
import type { ContentKind } from './kinds.ts';
import { TEXT_KINDS, takeOctets } from './take-octets.ts';

export interface ExaminationMeans {
  readonly limits: InspectionLimits;
  readonly clock: Clock;
  readonly texts: TextBudget;
  /** Opened when the first PDF document comes. */
  pdf(): Promise<PdfReader>;
}

interface Attachment {
  readonly raw: Buffer;
  readonly part: Part;
}

/** Looks into the attachments of a message, one decoded at a time: kinds, files in archives, text for the index. */
export async function examineAttachments(raw: Buffer, tree: MessageTree, means: ExaminationMeans): Promise<Contents> {
  const { limits, texts } = means;
  const all = attachmentsOfReadings(raw, tree, limits.attachmentOctets);
  const taken: string[] = [];
  const examination = openExamination(means, taken);
  for (const [at, attachment] of all.slice(0, limits.attachments).entries()) {
    if (attachment.part.message) examination.files.push(messageInside(attachment.part, at));
    else taken.push(await examineAttachment(attachment, at, examination, means));
  }
  const unseen = Math.max(0, all.length - limits.attachments);
  if (unseen > 0) texts.miss();
  return { files: examination.files, unopened: examination.unopened, unseen, texts: taken };
}

async function examineAttachment(
  attachment: Attachment,
  at: number,
  examination: Examination,
  means: ExaminationMeans,
): Promise<string> {
  const { raw, part } = attachment;
  const { octets, sizeOctets, isTruncated } = takeOctets(raw, part, means.limits.attachmentOctets);
  const opened = examination.unopened.length;
  const found = await examineFile({ ...describe(part), at, octets, sizeOctets }, examination);
  if (isTruncated) examination.unopened.push({ at, reason: 'octets' });
  const isWhole = examination.unopened.length === opened;
  if (!isWhole && DOCUMENT_KINDS.has(found.kind)) means.texts.miss();
  return attachmentText(attachment, found, octets, means);
}

/** The parse has seen what is in it, part by part; its octets stand in the message already. */
const messageInside = (part: Part, at: number): FoundFile => ({
  ...describe(part),
  at,
  sizeOctets: part.body[1] - part.body[0],
  kind: 'mail',
  ...NOTHING_SEEN,
});

/** Documents whose text belongs into the index; an encrypted one is a compound file. */
const DOCUMENT_KINDS: ReadonlySet<ContentKind> = new Set(['docx', 'xlsx', 'pptx', 'pdf', 'ole']);

function attachmentsOfReadings(raw: Buffer, tree: MessageTree, maxOctets: number): Attachment[] {
  const all: Attachment[] = [];
  for (const reading of readingsOf(raw, tree, maxOctets)) {
    if (reading) all.push(...attachmentsOf(reading.tree).map((part) => ({ raw: reading.raw, part })));
  }
  return all;
}

const describe = (part: Part) => ({ depth: 0, name: part.name ?? '', declared: `${part.type}/${part.subtype}` });

function openExamination({ limits, clock, texts }: ExaminationMeans, taken: string[]): Examination {
  return {
    budget: new ArchiveBudget(limits, clock),
    files: [],
    unopened: [],
    wantsText: (document, member) =>
      document.depth === 0 && texts.left > 0 && isOfficeTextMember(document.kind, member),
    takeText: (octets) => {
      const { text, isCut } = officeText(octets, texts.left);
      taken.push(texts.take(text, !isCut));
    },
  };
}

/** Octets of one text, still encoded, that are decoded for the index. */
const MAX_TEXT_OCTETS = 4 * 1024 * 1024;

/** The text of an attachment that is no archive. */
async function attachmentText(
  { raw, part }: Attachment,
  found: FoundFile,
  octets: Buffer,
  { texts, pdf }: ExaminationMeans,
): Promise<string> {
  if (!TEXT_KINDS.has(found.kind) && found.kind !== 'pdf') return '';
  if (texts.left === 0) return texts.take('', false);
  if (found.kind === 'pdf') {
    const { text, end } = await (await pdf()).read(octets, texts.left, texts.msLeft);
    return texts.take(text, end === 'whole');
  }
  const cropped = cropPart(part, MAX_TEXT_OCTETS);
  const { text } = decodeText(raw, cropped, MAX_TEXT_OCTETS);
  if (found.kind !== 'html') return texts.take(text, cropped === part);
  const shown = htmlToText(text, texts.left);
  return texts.take(shown, cropped === part && shown.length < texts.left);
}
