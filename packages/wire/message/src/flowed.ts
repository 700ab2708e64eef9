const quoteDepth = (line: string) => {
  let depth = 0;
  while (line[depth] === '>') depth++;
  return depth;
};

const quoted = (depth: number, text: string) => (depth === 0 ? text : `${'>'.repeat(depth)} ${text}`);

/** Joins the lines of `format=flowed` text (RFC 3676 §4); with `delSp` the space that marks a soft break goes too. */
export function unflow(text: string, delSp: boolean): string {
  const paragraphs: string[] = [];
  let pieces: string[] = [];
  let openDepth = 0;
  const close = () => {
    if (pieces.length > 0) paragraphs.push(quoted(openDepth, pieces.join('')));
    pieces = [];
  };
  for (const line of text.split('\n')) {
    const depth = quoteDepth(line);
    const content = line.slice(line[depth] === ' ' ? depth + 1 : depth);
    const isSignature = content === '-- ';
    if (depth !== openDepth || isSignature) close();
    openDepth = depth;
    const flows = content.endsWith(' ') && !isSignature;
    pieces.push(flows && delSp ? content.slice(0, -1) : content);
    if (!flows) close();
  }
  close();
  return paragraphs.join('\n');
}
