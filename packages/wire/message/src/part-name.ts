import type { Part } from './tree.ts';

/** Marks that change the direction of the text behind them: `exe` after one can look like `fdp` before it. */
const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/** A file name that can be shown and written into a header: no path, no controls, no bidi marks, composed (NFC). */
export function safeName(name: string): string {
  const plain = name.replace(CONTROLS, '').replace(BIDI, '').normalize('NFC');
  const base = plain.slice(Math.max(plain.lastIndexOf('/'), plain.lastIndexOf('\\')) + 1).trim();
  return base === '.' || base === '..' ? '' : base;
}

/** The name to show for a part, or `null` if it has none. `part.name` keeps what the sender wrote. */
export function partName(part: Part): string | null {
  return safeName(part.name ?? '') || null;
}

/** The true extension of a name, lower case, without the dot; empty if there is none. */
export function fileExtension(name: string): string {
  const base = safeName(name).replace(/[. ]+$/, '');
  const dot = base.lastIndexOf('.');
  return dot === -1 ? '' : base.slice(dot + 1).toLowerCase();
}
