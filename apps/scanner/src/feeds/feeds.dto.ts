import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsISO8601, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { maxFeedSourceLength } from '../limits.js';
import { type FeedName, feedNames } from './feed.js';
import type { Feed } from './feeds.store.js';
import type { Refresh } from './refreshes.store.js';

export class RefreshFeedDto {
  @ApiPropertyOptional({
    description:
      'A path below FEEDS_DIR, or an address on a host of the configured ones; without it what is configured',
    example: 'osv/PyPI',
  })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(maxFeedSourceLength)
  source?: string;
}

export class FeedParamsDto {
  @ApiProperty({ enum: feedNames })
  @IsIn(feedNames)
  feed!: FeedName;
}

export class ImportFileQueryDto {
  @ApiProperty({ description: 'The name of the file, which says what is in it', example: 'osv-pypi.jsonl.gz' })
  @IsString()
  @MinLength(1)
  @MaxLength(maxFeedSourceLength)
  name!: string;
}

class RejectionDto {
  @ApiProperty() readonly source!: string;
  @ApiProperty({ nullable: true, type: String }) readonly id!: string | null;
  @ApiProperty() readonly reason!: string;
}

/** A feed as it is in force, and what its last import did. */
export class FeedDto {
  @ApiProperty({ enum: feedNames }) readonly name!: string;
  @ApiProperty({ description: 'What the feed itself says of its age' }) readonly version!: string;
  @ApiProperty({ description: 'Equal in two installations that know the same' }) readonly digest!: string;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: '`released` of KEV, `model` of EPSS',
  })
  readonly details!: object;
  @ApiProperty({ type: 'integer' }) readonly records!: number;
  @ApiProperty({ type: 'integer' }) readonly added!: number;
  @ApiProperty({ type: 'integer' }) readonly changed!: number;
  @ApiProperty({ type: 'integer' }) readonly removed!: number;
  @ApiProperty({ type: 'integer' }) readonly rejected!: number;
  @ApiProperty({ type: [RejectionDto] }) readonly rejections!: RejectionDto[];
  @ApiProperty({ format: 'date-time', nullable: true, type: String }) readonly refreshedAt!: string | null;
  @ApiProperty({ type: 'integer', nullable: true }) readonly ageSeconds!: number | null;
  @ApiProperty({ nullable: true, type: String }) readonly lastError!: string | null;
  @ApiProperty({ format: 'date-time', nullable: true, type: String }) readonly lastErrorAt!: string | null;
}

export class FeedListDto {
  @ApiProperty({ type: [FeedDto] }) readonly items!: FeedDto[];
  @ApiProperty({ nullable: true, type: String }) readonly nextCursor!: null;
}

/** A refresh and how far it is. */
export class RefreshDto {
  @ApiProperty({ format: 'uuid' }) readonly id!: string;
  @ApiProperty({ enum: feedNames }) readonly feed!: string;
  @ApiProperty({ enum: ['queued', 'running', 'done', 'failed'] }) readonly state!: string;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' } }) readonly progress!: object;
  @ApiProperty({ nullable: true, type: String }) readonly error!: string | null;
  @ApiProperty({ format: 'date-time' }) readonly createdAt!: string;
  @ApiProperty({ format: 'date-time', nullable: true, type: String }) readonly finishedAt!: string | null;
}

export class FreshFeedsDto {
  @ApiProperty({ format: 'date-time', description: 'One that was asked for since then, or shortly before, will do' })
  @IsISO8601({ strict: true })
  readonly since!: string;
}

export class RefreshesDto {
  @ApiProperty({ type: [RefreshDto], description: 'One for each feed that has a source' })
  readonly items!: readonly RefreshDto[];
}

/** What one file brought. */
export class ImportedFileDto {
  @ApiProperty({ enum: feedNames }) readonly feed!: string;
  @ApiProperty({ type: 'integer' }) readonly added!: number;
  @ApiProperty({ type: 'integer' }) readonly changed!: number;
  @ApiProperty({ type: 'integer' }) readonly removed!: number;
  @ApiProperty({ type: 'integer' }) readonly rejected!: number;
}

export function toFeedDto(feed: Feed, now: Date): FeedDto {
  const { refreshedAt, lastErrorAt, rejections } = feed;
  const ageSeconds = refreshedAt === null ? null : Math.round((now.getTime() - refreshedAt.getTime()) / 1_000);
  const times = { refreshedAt: refreshedAt?.toISOString() ?? null, lastErrorAt: lastErrorAt?.toISOString() ?? null };
  return { ...feed, ...times, ageSeconds, rejections: [...rejections] };
}

export function toRefreshDto({ id, feed, state, progress, error, createdAt, finishedAt }: Refresh): RefreshDto {
  const times = { createdAt: createdAt.toISOString(), finishedAt: finishedAt?.toISOString() ?? null };
  return { id, feed, state, progress, error, ...times };
}
