import { AssayError } from '@assay/kernel';
import type { AuditErrorCode } from '../audit.errors.js';
import { TILE_WIDTH, type Tile } from './tile.js';

/** What a path below `tile/` names: hashes of a level, or the entries under a tile of level 0. */
export type TileResource =
  | { readonly kind: 'hashes'; readonly tile: Tile }
  | { readonly kind: 'entries'; readonly index: number; readonly width: number };

const resourcePattern = /^tile\/(entries|0|[1-9]\d?)\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;
const TOP_TILE_LEVEL = 63;

/** `tile/<L>/<N>[.p/<W>]` (c2sp.org/tlog-tiles, "Merkle Tree"). */
export function tilePath({ level, index, width }: Tile): string {
  return `tile/${level}/${place(index, width)}`;
}

/** `tile/entries/<N>[.p/<W>]` (c2sp.org/tlog-tiles, "Log entries"). */
export function entriesPath(index: number, width: number): string {
  return `tile/entries/${place(index, width)}`;
}

/**
 * Reads a path of either form. There is exactly one path for each resource, so caches keep one copy.
 * @throws AssayError `audit.tile-path-malformed` (kind `not-found`, what a wrong URL is)
 */
export function parseTilePath(path: string): TileResource {
  const [, level, digits, partial] = resourcePattern.exec(path) ?? [];
  const index = Number((digits ?? '').replaceAll(/[x/]/g, ''));
  const width = partial === undefined ? TILE_WIDTH : Number(partial);
  const canonical = digits !== undefined && Number.isSafeInteger(index) && digits === indexElements(index);
  if (!canonical || width > TILE_WIDTH || (partial !== undefined && width === TILE_WIDTH)) throw malformed(path);
  if (level === 'entries') return { kind: 'entries', index, width };
  if (Number(level) > TOP_TILE_LEVEL) throw malformed(path);
  return { kind: 'hashes', tile: { level: Number(level), index, width } };
}

function place(index: number, width: number): string {
  return width === TILE_WIDTH ? indexElements(index) : `${indexElements(index)}.p/${width}`;
}

/** Three digits to a path element, all but the last marked with an x: 1234067 is `x001/x234/067`. */
function indexElements(index: number): string {
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  return padded.replaceAll(/\d{3}(?=\d)/g, 'x$&/');
}

function malformed(path: string): AssayError<AuditErrorCode> {
  return new AssayError('not-found', 'audit.tile-path-malformed', `'${path}' names no tile and no entry bundle.`);
}
