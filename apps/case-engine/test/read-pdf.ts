import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';

/** What a reader sees of a PDF. */
export interface SeenPdf {
  readonly title: string;
  readonly language: string | null;
  readonly outline: readonly string[];
  /** The text of each page, in the order of its content. */
  readonly pages: readonly string[];
  /** Addresses outside that the pages link to, and names of places inside with the page that they lead to (from 1). */
  readonly addresses: readonly string[];
  readonly jumps: readonly { readonly from: number; readonly to: number }[];
  readonly text: string;
}

/** Reads a PDF with Mozilla's reader. */
export async function readPdf(bytes: Buffer): Promise<SeenPdf> {
  const task = getDocument({ data: Uint8Array.from(bytes), verbosity: 0 });
  const document = await task.promise;
  const { info } = await document.getMetadata();
  const outline = (await document.getOutline()) ?? [];
  const pages: string[] = [];
  const addresses: string[] = [];
  const jumps: { from: number; to: number }[] = [];
  for (let number = 1; number <= document.numPages; number += 1) {
    const page = await document.getPage(number);
    const { items } = await page.getTextContent();
    pages.push(items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join(''));
    for (const annotation of await page.getAnnotations()) {
      if (annotation.url !== undefined) addresses.push(annotation.url);
      if (typeof annotation.dest !== 'string') continue;
      const destination = await document.getDestination(annotation.dest);
      if (destination === null) throw new TypeError(`The link to ${annotation.dest} leads nowhere`);
      jumps.push({ from: number, to: (await document.getPageIndex(destination[0])) + 1 });
    }
  }
  await task.destroy();
  return {
    title: String((info as { Title?: unknown }).Title),
    language: (info as { Language?: string | null }).Language ?? null,
    outline: outline.map(({ title }) => title),
    pages,
    addresses,
    jumps,
    text: pages.join('\n'),
  };
}
