import { alertingChangedV1, type EventOf } from '@assay/contracts';
import { Broadcast } from '@assay/messaging';
import { Controller } from '@nestjs/common';
import { RuleBooks } from './rule-books.service.js';

/** A change that another replica committed counts here too. */
@Controller()
export class ForgetRuleBooksSubscriber {
  constructor(private readonly ruleBooks: RuleBooks) {}

  @Broadcast(alertingChangedV1)
  onChanged({ tenant }: EventOf<typeof alertingChangedV1>): void {
    this.ruleBooks.forget(tenant);
  }
}
