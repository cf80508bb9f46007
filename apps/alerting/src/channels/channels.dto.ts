import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional, IsString, Length } from 'class-validator';
import { limits } from '../limits.js';
import type { Attempt } from '../outbound/webhook.client.js';
import { channelTypes, type ConfiguredType } from './channel.js';
import { afterAttempt } from '../deliveries/delivery.js';
import type { StoredChannel } from './channels.store.js';

/** A channel to be made. */
export class CreateChannelDto {
  @ApiProperty({ example: 'Security team' })
  @IsString()
  @Length(1, limits.nameLength)
  readonly name!: string;

  @ApiProperty({ enum: channelTypes })
  @IsIn(channelTypes)
  readonly type!: ConfiguredType;

  @ApiPropertyOptional({
    example: 'https://hooks.example.com/assay',
    description:
      'Where to send: a URL; of email `mailto:` and addresses separated by commas; of pagerduty PagerDuty’s own unless given',
  })
  @IsOptional()
  @IsString()
  @Length(1, limits.urlLength)
  readonly url?: string;

  @ApiPropertyOptional({
    example: 'whsec_…',
    description:
      'Of webhook base64 of 24 to 64 bytes, made and shown once if left out; of pagerduty the routing key; others have none',
  })
  @IsOptional()
  @IsString()
  readonly secret?: string;

  @ApiProperty({ required: false, default: true })
  @IsBoolean()
  readonly enabled: boolean = true;
}

/** The fields of a channel that change. */
export class UpdateChannelDto {
  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @Length(1, limits.nameLength)
  readonly name?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @Length(1, limits.urlLength)
  readonly url?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  readonly secret?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsBoolean()
  readonly enabled?: boolean;
}

/** A channel, without its secret. */
export class ChannelDto {
  @ApiProperty({ format: 'uuid' }) readonly id!: string;
  @ApiProperty() readonly name!: string;
  @ApiProperty({ enum: channelTypes }) readonly type!: ConfiguredType;
  @ApiProperty({ description: 'Cut behind the host where the address is the secret' }) readonly url!: string;
  @ApiProperty() readonly enabled!: boolean;
  @ApiProperty({ type: String, nullable: true, description: 'Why alerting has turned it off' })
  readonly disabledBecause!: string | null;
  @ApiProperty({ format: 'date-time' }) readonly createdAt!: string;
  @ApiProperty({ format: 'date-time' }) readonly updatedAt!: string;
}

/** A new channel, with the secret that receivers check signatures with. It is never shown again. */
export class CreatedChannelDto extends ChannelDto {
  @ApiProperty({ type: String, nullable: true, description: 'Of webhooks; null for all others' })
  readonly secret!: string | null;
}

/** A page of channels. */
export class ChannelPageDto {
  @ApiProperty({ type: [ChannelDto] }) readonly items!: readonly ChannelDto[];
  @ApiProperty({ type: String, nullable: true }) readonly nextCursor!: string | null;
}

/** What came of a test message. */
export class ChannelTestDto {
  @ApiProperty({ format: 'uuid' }) readonly webhookId!: string;
  @ApiProperty({ description: 'True if the receiver took it' }) readonly delivered!: boolean;
  @ApiProperty({ type: Number, nullable: true }) readonly statusCode!: number | null;
  @ApiProperty({ type: String, nullable: true }) readonly error!: string | null;
  @ApiProperty({ type: String, nullable: true }) readonly response!: string | null;
  @ApiProperty() readonly durationMs!: number;
}

export function toChannelDto(channel: StoredChannel): ChannelDto {
  const { sealedSecret: _sealed, createdAt, updatedAt, ...shown } = channel;
  return { ...shown, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
}

export function toChannelTestDto(result: Attempt & { readonly webhookId: string }): ChannelTestDto {
  const { webhookId, statusCode, error, response, durationMs } = result;
  const delivered = afterAttempt(1, result, 0).next === 'delivered';
  return { webhookId, delivered, statusCode, error, response, durationMs };
}
