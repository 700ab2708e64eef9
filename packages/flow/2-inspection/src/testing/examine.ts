import { systemClock } from '@sekisho/ports';
import { ArchiveBudget } from '../contents/archive-budget.ts';
import { type Examination, examineFile } from '../contents/examine-file.ts';
import { INSPECTION_LIMITS, type InspectionLimits } from '../limits.ts';
import { isOfficeTextMember, officeText } from '../text/office-text.ts';

/** Looks into one file as into the first attachment of a message. */
export async function examine(octets: Buffer, name: string, limits: Partial<InspectionLimits> = {}) {
  const texts: string[] = [];
  const examination: Examination = {
    budget: new ArchiveBudget({ ...INSPECTION_LIMITS, ...limits }, systemClock()),
    files: [],
    unopened: [],
    wantsText: (document, member) => document.depth === 0 && isOfficeTextMember(document.kind, member),
    takeText: (part) => void texts.push(officeText(part, 1_000_000).text),
  };
  const file = await examineFile({ at: 0, depth: 0, name, octets }, examination);
  return { file, files: examination.files, unopened: examination.unopened, text: texts.join('') };
}
