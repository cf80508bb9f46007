import { Module } from '@nestjs/common';
import { ForwardRequest } from './forward-request.service.js';
import { ProxyController } from './proxy.controller.js';

@Module({ controllers: [ProxyController], providers: [ForwardRequest] })
export class ProxyModule {}
