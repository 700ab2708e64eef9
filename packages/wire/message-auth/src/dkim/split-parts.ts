const BLANK_LINE = '\r\n\r\n';

/** Header section, with the blank line that ends it, and body of a message in parts; the body is not copied when it lies in one part. */
export function splitParts(parts: readonly Buffer[]): { readonly header: Buffer; readonly body: Buffer } {
  let before = '';
  for (const [i, part] of parts.entries()) {
    const seam = (before + part.toString('latin1', 0, 3)).indexOf(BLANK_LINE);
    const inside = seam < 0 ? part.indexOf(BLANK_LINE) : -1;
    if (seam >= 0 || inside >= 0) {
      const bodyStart = seam >= 0 ? seam + BLANK_LINE.length - before.length : inside + BLANK_LINE.length;
      const rest = [part.subarray(bodyStart), ...parts.slice(i + 1)].filter(({ length }) => length > 0);
      return {
        header: Buffer.concat([...parts.slice(0, i), part.subarray(0, bodyStart)]),
        body: rest.length === 1 ? rest[0]! : Buffer.concat(rest),
      };
    }
    before = (before + part.toString('latin1', Math.max(0, part.length - 3))).slice(-3);
  }
  return { header: Buffer.concat([...parts]), body: Buffer.alloc(0) };
}
