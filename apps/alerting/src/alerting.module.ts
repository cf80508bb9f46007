import { type DynamicModule, Module } from '@nestjs/common';
import type { AlertingEnv } from './alerting.env.js';
import { AlertsController } from './alerts/alerts.controller.js';
import { AlertsStore } from './alerts/alerts.store.js';
import { MatchRulesSubscriber } from './alerts/match-rules.subscriber.js';
import { QueueAlerts } from './alerts/queue-alerts.service.js';
import { RaiseAlerts } from './alerts/raise-alerts.service.js';
import { CallerAddresses } from './callers/caller-address.service.js';
import { ReceiptSubjects } from './callers/receipt-subjects.client.js';
import { RepositoryWebhooksStore } from './callers/repository-webhooks.store.js';
import { TellCallers } from './callers/tell-callers.service.js';
import { ChannelsController } from './channels/channels.controller.js';
import { ChannelsStore } from './channels/channels.store.js';
import { EditChannels } from './channels/edit-channels.service.js';
import { TestChannel } from './channels/test-channel.service.js';
import { AttemptDelivery } from './deliveries/attempt-delivery.service.js';
import { DeliveriesController } from './deliveries/deliveries.controller.js';
import { DeliveriesStore } from './deliveries/deliveries.store.js';
import { DeliveryDispatcher } from './deliveries/delivery-dispatcher.service.js';
import { ForgetAlerts } from './deliveries/forget-alerts.job.js';
import { ListDeliveries } from './deliveries/list-deliveries.read-model.js';
import { ReplayDelivery } from './deliveries/replay-delivery.service.js';
import { SweepDeliveries } from './deliveries/sweep-deliveries.job.js';
import { IncidentsStore } from './incidents/incidents.store.js';
import { TellOfHosts } from './incidents/tell-of-hosts.service.js';
import { TellOfHostsSubscriber } from './incidents/tell-of-hosts.subscriber.js';
import { OutboundModule } from './outbound/outbound.module.js';
import { RescanThresholdsController } from './rescans/rescan-thresholds.controller.js';
import { RescanThresholdSettings } from './rescans/rescan-thresholds.service.js';
import { RescanThresholdsStore } from './rescans/rescan-thresholds.store.js';
import { ChangeConfiguration } from './rules/change-configuration.service.js';
import { EditRules } from './rules/edit-rules.service.js';
import { ForgetRuleBooksSubscriber } from './rules/forget-rule-books.subscriber.js';
import { RuleBooks } from './rules/rule-books.service.js';
import { RulesController } from './rules/rules.controller.js';
import { RulesStore } from './rules/rules.store.js';
import { EditSilences } from './silences/edit-silences.service.js';
import { SilencesController } from './silences/silences.controller.js';
import { SilencesStore } from './silences/silences.store.js';

/** All wiring of alerting. */
@Module({
  controllers: [
    RulesController,
    ChannelsController,
    SilencesController,
    AlertsController,
    DeliveriesController,
    RescanThresholdsController,
    MatchRulesSubscriber,
    TellOfHostsSubscriber,
    ForgetRuleBooksSubscriber,
  ],
  providers: [
    RulesStore,
    ChannelsStore,
    SilencesStore,
    AlertsStore,
    DeliveriesStore,
    ListDeliveries,
    RuleBooks,
    ChangeConfiguration,
    EditRules,
    EditChannels,
    TestChannel,
    EditSilences,
    QueueAlerts,
    RaiseAlerts,
    IncidentsStore,
    TellOfHosts,
    CallerAddresses,
    RepositoryWebhooksStore,
    ReceiptSubjects,
    TellCallers,
    RescanThresholdsStore,
    RescanThresholdSettings,
    AttemptDelivery,
    DeliveryDispatcher,
    ReplayDelivery,
    SweepDeliveries,
    ForgetAlerts,
  ],
})
export class AlertingModule {
  static forEnv(env: AlertingEnv): DynamicModule {
    return { module: AlertingModule, imports: [OutboundModule.forEnv(env)] };
  }
}
