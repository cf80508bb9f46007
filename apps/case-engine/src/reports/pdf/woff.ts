import { inflateSync } from 'node:zlib';

/**
 * The TrueType font in a WOFF file (W3C WOFF 1.0 §3 to §5): the same tables, not compressed and in the order of OpenType's
 * header. The font library reads WOFF too, but unpacks a table each time it looks at it, which made a page take seconds.
 *
 * @throws RangeError for bytes that are no WOFF file
 */
export function trueTypeOf(woff: Buffer): Buffer {
  if (woff.toString('latin1', 0, 4) !== 'wOFF') throw new RangeError('Not a WOFF file');
  const flavor = woff.readUInt32BE(4);
  const count = woff.readUInt16BE(12);
  const tables = Array.from({ length: count }, (_, index) => tableAt(woff, 44 + 20 * index));
  const highest = 2 ** Math.floor(Math.log2(count));
  const header = Buffer.alloc(12 + 16 * count);
  header.writeUInt32BE(flavor, 0);
  header.writeUInt16BE(count, 4);
  header.writeUInt16BE(16 * highest, 6);
  header.writeUInt16BE(Math.log2(highest), 8);
  header.writeUInt16BE(16 * (count - highest), 10);
  const parts: Buffer[] = [header];
  let offset = header.length;
  tables.forEach(({ tag, checksum, content }, index) => {
    const at = 12 + 16 * index;
    tag.copy(header, at);
    header.writeUInt32BE(checksum, at + 4);
    header.writeUInt32BE(offset, at + 8);
    header.writeUInt32BE(content.length, at + 12);
    const padding = Buffer.alloc(-content.length & 3);
    parts.push(content, padding);
    offset += content.length + padding.length;
  });
  return Buffer.concat(parts);
}

function tableAt(woff: Buffer, at: number): { tag: Buffer; checksum: number; content: Buffer } {
  const [offset, packed, length, checksum] = [4, 8, 12, 16].map((field) => woff.readUInt32BE(at + field)) as [
    number,
    number,
    number,
    number,
  ];
  const bytes = woff.subarray(offset, offset + packed);
  // A table that would not have become smaller is stored as it is.
  return { tag: woff.subarray(at, at + 4), checksum, content: packed < length ? inflateSync(bytes) : bytes };
}
