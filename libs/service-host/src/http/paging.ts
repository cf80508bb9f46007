import { AssayError } from '@assay/kernel';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import type { z } from 'zod';
import type { HttpErrorCode } from './http.errors.js';
import { defaultPageSize, maxCursorLength, maxPageSize } from './limits.js';

/** One page of a list, in the list's stable order. */
export interface Page<T> {
  readonly items: readonly T[];
  /** To be given as `cursor` for what follows; null at the end. */
  readonly nextCursor: string | null;
  /** How many there are in all, only where `?count=true` asked for it. */
  readonly total?: number;
}

/** What every list takes; extend it with the list's own filters. */
export class PageQueryDto {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: maxPageSize, default: defaultPageSize })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(maxPageSize)
  limit: number = defaultPageSize;

  @ApiPropertyOptional({ description: 'nextCursor of the page before.' })
  @IsOptional()
  @IsString()
  @MaxLength(maxCursorLength)
  cursor?: string;

  @ApiPropertyOptional({ type: Boolean, default: false, description: 'Adds `total`, which costs a count.' })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  count: boolean = false;
}

/** The sort keys of a page's last entry as an opaque text: JSON in base64url. */
export function encodeCursor(keys: unknown): string {
  return Buffer.from(JSON.stringify(keys)).toString('base64url');
}

/**
 * The sort keys of a cursor, checked against their schema: a cursor is something a stranger sent.
 *
 * @throws AssayError `invalid`, `http.malformed-cursor`
 */
export function decodeCursor<T>(cursor: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch (error) {
    const message = 'is not a cursor of this list';
    throw new AssayError<HttpErrorCode>('invalid', 'http.malformed-cursor', `The cursor ${message}.`, {
      cause: error,
      fields: [{ field: 'cursor', message }],
    });
  }
}

/**
 * A page out of `limit + 1` rows: the row too many says that there is more.
 *
 * @param keysOf the sort keys of a row, which become the cursor
 */
export function pageOf<T>(rows: readonly T[], limit: number, keysOf: (row: T) => unknown): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? encodeCursor(keysOf(last)) : null };
}
