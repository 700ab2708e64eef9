import type { Json } from '@sekisho/terms';
import { EXECUTABLE_EXTENSIONS, fileExtension } from '../contents/file-extension.ts';
import type { Inspector } from '../inspector.ts';
import { cutList, cutText } from './compact.ts';

/** How a name hides what opening the file does. */
export type NameTrick =
  | 'double-extension'
  | 'direction-override'
  | 'invisible'
  | 'padding'
  | 'trailing'
  | 'look-alike-dot'
  | 'control'
  | 'path'
  | 'reserved';

const HARMLESS_EXTENSION =
  /\.(pdf|docx?|xlsx?|pptx?|txt|csv|rtf|jpe?g|png|gif|bmp|tiff?|zip|html?|mp[34]|wav|eml|ics)[\s_]*$/i;

const TRICKS: readonly (readonly [NameTrick, RegExp])[] = [
  ['direction-override', /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/],
  ['invisible', /\p{Default_Ignorable_Code_Point}/u],
  ['padding', /[\s\u3000_]{8,}/],
  ['trailing', /[\s.\u3000]$/],
  ['look-alike-dot', /[\uff0e\u3002\uff61\u2024\ufe52\u0701\u0702][A-Za-z0-9\uff10-\uff5a]{1,5}\s*$/],
  ['control', /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/],
  ['path', /[/\\]|^\.\.?$|^[A-Za-z]:/],
  ['reserved', /^(con|prn|aux|nul|com[1-9]|lpt[1-9])(\.|$)/i],
];

const MAX_NAME = 2000;

/** Which tricks a file name plays; none for ordinary names. */
export function nameTricks(wholeName: string): readonly NameTrick[] {
  const name =
    wholeName.length > MAX_NAME ? wholeName.slice(0, MAX_NAME / 2) + wholeName.slice(-MAX_NAME / 2) : wholeName;
  const tricks = TRICKS.filter(([, pattern]) => pattern.test(name)).map(([trick]) => trick);
  if (hidesItsExtension(name)) tricks.unshift('double-extension');
  return tricks;
}

/** `invoice.pdf.exe`: a harmless extension in front of one that runs. */
function hidesItsExtension(name: string): boolean {
  const folded = name.normalize('NFKC').trimEnd();
  const extension = fileExtension(folded);
  if (!EXECUTABLE_EXTENSIONS.has(extension)) return false;
  return HARMLESS_EXTENSION.test(folded.slice(0, folded.lastIndexOf('.')));
}

/** `attachment/look-alike-name`: names that hide what they are, of attachments and of files in archives. */
export const lookAlikeNames: Inspector = {
  name: 'attachment/look-alike-name',
  async inspect(context) {
    const { files } = await context.contents();
    const found: Json[] = [];
    for (const { at, depth, name } of files) {
      const tricks = nameTricks(depth === 0 ? name : name.slice(name.lastIndexOf('/') + 1));
      const all = new Set(tricks);
      if (depth > 0 && climbs(name)) all.add('path');
      if (all.size > 0) found.push({ at, ...(depth > 0 ? { member: cutText(name) } : {}), tricks: [...all] });
    }
    return found.length > 0 ? [{ name: this.name, value: cutList(found) }] : [];
  },
};

/** A member name that leads out of the folder into which somebody unpacks ("zip slip"). */
const climbs = (member: string) => /(^|[/\\])\.\.([/\\]|$)|^[/\\]|^[A-Za-z]:/.test(member);
