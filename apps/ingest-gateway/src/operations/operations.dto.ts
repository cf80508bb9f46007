import { domainOwners, type ServiceName } from '@assay/contracts';
import { DeadLetterDto, defaultPageSize, maxPageSize } from '@assay/service-host';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';

const serviceNames = Object.values(domainOwners);

export class DeadLettersQueryDto {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: maxPageSize, default: defaultPageSize })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(maxPageSize)
  readonly limit: number = defaultPageSize;
}

export class ReplayQueryDto {
  @ApiPropertyOptional({ enum: serviceNames, description: 'Where the letter lies; without it all services are asked' })
  @IsOptional()
  @IsIn(serviceNames)
  readonly service?: ServiceName;
}

export class DeadLettersPageDto {
  @ApiProperty({ type: [DeadLetterDto], description: 'The newest of all services' })
  readonly items!: readonly DeadLetterDto[];
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Always null: what is older than a page is replayed first',
  })
  readonly nextCursor!: null;
  @ApiProperty({ type: [String], description: 'Services that did not answer' }) readonly missing!: readonly string[];
}

export class RebuiltStreamDto {
  @ApiProperty({ enum: serviceNames }) readonly service!: ServiceName;
  @ApiProperty({ type: Number, nullable: true, description: 'Events published again' }) readonly events!: number | null;
  @ApiProperty({ type: String, nullable: true }) readonly error!: string | null;
}

export class RebuildDto {
  @ApiProperty({ type: [RebuiltStreamDto] }) readonly streams!: readonly RebuiltStreamDto[];
}

export class ReceiptsTodayDto {
  @ApiProperty() readonly accepted!: number;
  @ApiProperty() readonly processing!: number;
  @ApiProperty() readonly done!: number;
  @ApiProperty() readonly failed!: number;
}

export class ServiceStateDto {
  @ApiProperty({ enum: serviceNames }) readonly service!: ServiceName;
  @ApiProperty() readonly ready!: boolean;
}

export class OverviewDto {
  @ApiProperty({ format: 'date', description: 'The day, UTC, that the numbers are of' }) readonly day!: string;
  @ApiProperty({ type: ReceiptsTodayDto }) readonly receipts!: ReceiptsTodayDto;
  @ApiProperty({ type: Number, description: 'Verdicts that blocked' }) readonly blocked!: number;
  @ApiProperty({ type: Number, description: 'Bytes accepted, unpacked' }) readonly bytes!: number;
  @ApiProperty({ type: [ServiceStateDto] }) readonly services!: readonly ServiceStateDto[];
}
