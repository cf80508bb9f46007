import { Module } from '@nestjs/common';
import { KeysModule } from '../keys/keys.module.js';
import { ReadVerdict } from './read-verdict.service.js';
import { SignVerdicts } from './sign-verdicts.service.js';
import { SignVerdictsSubscriber } from './sign-verdicts.subscriber.js';
import { SignedVerdictsStore } from './signed-verdicts.store.js';
import { VerdictsController } from './verdicts.controller.js';

/** Verdicts, signed as in-toto statements (`docs/adr/0010-signed-verdicts.md`). */
@Module({
  imports: [KeysModule],
  controllers: [SignVerdictsSubscriber, VerdictsController],
  providers: [SignedVerdictsStore, SignVerdicts, ReadVerdict],
})
export class VerdictsModule {}
