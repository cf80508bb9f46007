import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsNotIn, IsOptional, IsString, Length, Matches } from 'class-validator';
import { reservedSlugs, type Tenant } from './tenant.js';

const slugPattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const slugMessage = 'must be lower-case letters, digits and hyphens, 1 to 63 characters';

export class CreateTenantDto {
  @ApiProperty({ example: 'acme', pattern: slugPattern.source })
  @Matches(slugPattern, { message: slugMessage })
  @IsNotIn([...reservedSlugs])
  readonly slug!: string;

  @ApiPropertyOptional({ description: 'Unique among tenants; the slug unless given', maxLength: 200 })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  readonly displayName?: string;

  @ApiPropertyOptional({ description: 'The tenant whose published images this one uses', nullable: true, type: String })
  @IsOptional()
  @Matches(slugPattern, { message: slugMessage })
  readonly publisher?: string | null;
}

export class TenantDto {
  @ApiProperty() readonly slug!: string;
  @ApiProperty() readonly displayName!: string;
  @ApiProperty({ nullable: true, type: String }) readonly publisher!: string | null;
  @ApiProperty({ format: 'date-time' }) readonly createdAt!: string;
}

export class TenantPageDto {
  @ApiProperty({ type: [TenantDto] }) readonly items!: readonly TenantDto[];
  @ApiProperty({ nullable: true, type: String }) readonly nextCursor!: string | null;
  @ApiProperty({ required: false }) readonly total?: number;
}

export function toTenantDto(tenant: Tenant): TenantDto {
  return { ...tenant, createdAt: tenant.createdAt.toISOString() };
}
