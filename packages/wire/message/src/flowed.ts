const quoteDepth = (line: string) => {
  let depth = 0;
  while (line[depth] === '>') depth++;
  return depth;
};

/** Joins the lines of `format=flowed` text (RFC 3676 §4); with `delSp` the space that marks a soft break goes too. */
export function unflow(text: string, delSp: boolean): string {
  const paragraphs: string[] = [];
  let open: { depth: number; pieces: string[] } | null = null;
  const close = () => {
    if (open !== null) paragraphs.push('>'.repeat(open.depth) + (open.depth > 0 ? ' ' : '') + open.pieces.join(''));
    open = null;
  };
  for (const line of text.split('\n')) {
    const depth = quoteDepth(line);
    const content = line.slice(line[depth] === ' ' ? depth + 1 : depth);
    if (content === '-- ') {
      close();
      paragraphs.push('>'.repeat(depth) + (depth > 0 ? ' ' : '') + content);
      continue;
    }
    if (open !== null && (open as { depth: number }).depth !== depth) close();
    open ??= { depth, pieces: [] };
    if (content.endsWith(' ')) {
      open.pieces.push(delSp ? content.slice(0, -1) : content);
    } else {
      open.pieces.push(content);
      close();
    }
  }
  close();
  return paragraphs.join('\n');
}
