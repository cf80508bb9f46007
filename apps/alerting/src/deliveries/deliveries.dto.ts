import { PageQueryDto } from '@assay/service-host';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsUUID } from 'class-validator';
import { deliveryStates, type DeliveryState } from './deliveries.store.js';
import type { DeliveryView } from './list-deliveries.read-model.js';

/** Which deliveries. */
export class DeliveryQueryDto extends PageQueryDto {
  @ApiPropertyOptional({ enum: deliveryStates })
  @IsOptional()
  @IsIn(deliveryStates)
  readonly state?: DeliveryState;

  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  readonly channel?: string;

  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  readonly alert?: string;
}

/** One attempt to deliver. */
export class AttemptDto {
  @ApiProperty() readonly attempt!: number;
  @ApiProperty({ format: 'date-time' }) readonly at!: string;
  @ApiProperty() readonly durationMs!: number;
  @ApiProperty({ type: Number, nullable: true }) readonly statusCode!: number | null;
  @ApiProperty({ type: String, nullable: true }) readonly error!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'The beginning of the answer' })
  readonly response!: string | null;
}

/** One alert on its way to one channel. Its id is the `webhook-id`. */
export class DeliveryDto {
  @ApiProperty({ format: 'uuid' }) readonly id!: string;
  @ApiProperty({ format: 'uuid' }) readonly alertId!: string;
  @ApiProperty({ format: 'uuid' }) readonly channelId!: string;
  @ApiProperty() readonly channelName!: string;
  @ApiProperty() readonly title!: string;
  @ApiProperty({ enum: deliveryStates }) readonly state!: DeliveryState;
  @ApiProperty() readonly attempts!: number;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) readonly nextAttemptAt!: string | null;
  @ApiProperty({ type: Number, nullable: true }) readonly lastStatus!: number | null;
  @ApiProperty({ type: String, nullable: true }) readonly lastError!: string | null;
  @ApiProperty({ format: 'date-time' }) readonly createdAt!: string;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) readonly finishedAt!: string | null;
  @ApiProperty({ type: [AttemptDto], description: 'Newest first' }) readonly log!: readonly AttemptDto[];
}

/** A page of deliveries. */
export class DeliveryPageDto {
  @ApiProperty({ type: [DeliveryDto] }) readonly items!: readonly DeliveryDto[];
  @ApiProperty({ type: String, nullable: true }) readonly nextCursor!: string | null;
}

export function toDeliveryDto({ nextAttemptAt, createdAt, finishedAt, log, ...rest }: DeliveryView): DeliveryDto {
  return {
    ...rest,
    nextAttemptAt: nextAttemptAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
    log: log.map((attempt) => ({ ...attempt, at: new Date(attempt.at).toISOString() })),
  };
}
