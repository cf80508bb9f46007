import { advisoriesChangedV1 } from '@assay/contracts';
import { Broadcast } from '@assay/messaging';
import { Controller } from '@nestjs/common';
import { AdvisoryIndex } from './advisory-index.service.js';

/** Every process forgets what it remembers of the advisories when some of them have changed. */
@Controller()
export class AdvisoriesSubscriber {
  constructor(private readonly advisories: AdvisoryIndex) {}

  @Broadcast(advisoriesChangedV1)
  onAdvisoriesChanged(): void {
    this.advisories.forget();
  }
}
