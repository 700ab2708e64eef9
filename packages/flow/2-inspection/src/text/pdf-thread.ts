/** Runs in a thread of its own: takes PDF documents, gives their text page by page. */
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { parentPort } from 'node:worker_threads';
import type { PdfOrder, PdfPiece } from './pdf-reader.ts';

/** pdf.js warns about these when they are missing; only drawing needs them, and nothing is drawn here. */
for (const name of ['DOMMatrix', 'ImageData', 'Path2D']) {
  if (!Object.hasOwn(globalThis, name)) Object.defineProperty(globalThis, name, { value: class {}, writable: true });
}

const pdfjs = await import('pdfjs-dist/legacy/build/pdf.mjs');
const folder = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));
const NO_MESSAGES = 0;

async function read(order: PdfOrder, give: (piece: PdfPiece) => void): Promise<void> {
  const task = pdfjs.getDocument({
    data: order.octets,
    cMapUrl: join(folder, 'cmaps') + sep,
    cMapPacked: true,
    standardFontDataUrl: join(folder, 'standard_fonts') + sep,
    useWorkerFetch: false,
    useSystemFonts: false,
    disableFontFace: true,
    enableXfa: false,
    useWasm: false,
    maxImageSize: 0,
    verbosity: NO_MESSAGES,
    // Fewer ways into the document than drawing needs. (isEvalSupported is gone since 5.x; false where it exists.)
    ...{ isEvalSupported: false },
  });
  try {
    const document = await task.promise;
    let left = order.maxCharacters;
    for (let number = 1; number <= document.numPages && left > 0; number++) {
      const page = await document.getPage(number);
      const text = await pageText(page, left);
      page.cleanup();
      left -= text.length;
      give({ text });
    }
    give({ end: left > 0 ? 'whole' : 'cut' });
  } finally {
    await task.destroy();
  }
}

type Page = Awaited<ReturnType<Awaited<ReturnType<typeof pdfjs.getDocument>['promise']>['getPage']>>;

async function pageText(page: Page, maxCharacters: number): Promise<string> {
  const reader = page.streamTextContent().getReader();
  let text = '';
  while (text.length < maxCharacters) {
    const { done, value } = await reader.read();
    if (done) return `${text}\n`;
    for (const item of value.items) if ('str' in item) text += item.hasEOL ? `${item.str}\n` : item.str;
  }
  await reader.cancel(new Error('Enough text'));
  return text.slice(0, maxCharacters);
}

parentPort!.on('message', (order: PdfOrder) => {
  read(order, (piece) => parentPort!.postMessage(piece)).catch((error: unknown) => {
    const isEncrypted = error instanceof Error && error.name === 'PasswordException';
    parentPort!.postMessage({ end: isEncrypted ? 'encrypted' : 'damaged' } satisfies PdfPiece);
  });
});
