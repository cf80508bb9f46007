import { Module } from '@nestjs/common';
import { OpenApiController } from './openapi.controller.js';
import { ReadOpenApi } from './read-openapi.service.js';

@Module({ controllers: [OpenApiController], providers: [ReadOpenApi] })
export class OpenApiModule {}
