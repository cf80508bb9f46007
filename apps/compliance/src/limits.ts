/** Numbers of compliance, each with its reason. Pinned by `limits.spec.ts`. */
export const limits = {
  /** Judgements taken in one transaction: 32 of 20 findings are one statement of 640 rows. */
  clockBatchEvents: 32,
  /** How long a batch waits for company under load: clocks run for days. */
  gatherClocksMs: 50,
  /** A judgement that travels as an artifact may be this big: some 60,000 findings at 500 bytes. */
  judgementMaxBytes: 32 * 1024 * 1024,
  /** Clocks that one event names; at about 300 bytes each they stay well below the 64 KiB of a message. */
  clocksPerEvent: 100,
  /** And never more than this, whatever the ids of rules are: room for the envelope stays. */
  clocksPerEventBytes: 48 * 1024,
  /** How often clocks that ran out are looked for: one indexed probe. */
  breachEveryMs: 1_000,
  /** Clocks marked in one transaction: each is an event, and the outbox takes thousands a second. */
  breachSlice: 500,
  /** Longest time that a policy can give, in days: ten years. */
  policyMaxDays: 3_650,

  /** A gateway that holds the agent's socket writes within milliseconds; after this none does: the agent is not connected. */
  commandAnswerMs: 5_000,
  /** Before gateways are asked again about a socket that none of them had. */
  commandRetryMs: 10_000,
  /** Agents say `started` at once. Told again sooner, one that is slow would run two scans side by side. */
  commandRewriteMs: 60_000,
  /** Frames that an agent gets without a word from it; it drops what it does not understand in silence. */
  commandMaxWrites: 5,
  /** A scan that lasts longer is over (`wire/patchmon.md` §6.4); OpenSCAP itself stops after 25 minutes. */
  commandStaleMs: 3 * 60 * 60_000,
  /** An installation of packages, or of scanner content, that lasts longer is over. */
  installMustEndMs: 30 * 60_000,
  /** Steps that an agent's installation reports, the last included: what its progress is computed from. */
  installSteps: 6,
  /** After a cancel the agent ends its scan in a second and submits what there is; its upload may take two minutes. */
  cancelAnswerMs: 150_000,
  /** Results that do not come this long after the agent said that it had submitted them will not come: events are retried 15 min. */
  resultsOverdueMs: 15 * 60_000,
  /** An upload takes an agent two minutes at most, over all its tries; then it says whether it succeeded. */
  uploadSilentMs: 5 * 60_000,
  /** Agents stop OpenSCAP after 25 minutes and scans of images after 30: who says nothing for longer has died with its scan. */
  scanSilentMs: 45 * 60_000,
  /** Between the end of a scan and the next frame: the agent still tidies up after its last words, and a new scan would lose its cancel. */
  commandPauseMs: 2_000,
  /** Time for a second admin to approve what changes a host. */
  approveWithinMs: 24 * 60 * 60_000,
  /** What waits this long for an agent that never came is given up. */
  commandWaitDays: 30,
  /** Commands that ended can be read this long. */
  commandKeepDays: 90,
  /** Removed per statement, so that it stays far below the statement timeout. */
  forgetCommandRows: 5_000,
  /** How often timers of commands are looked at: one indexed probe. */
  commandTickMs: 1_000,
  /** After its start a process reads what came meanwhile before it looks at timers. */
  commandWarmUpMs: 5_000,
  /** Commands taken up in one tick: each is a few statements. */
  commandTickRows: 200,
  /** How often waiting commands are held against the sockets that are open, for those that missed each other. */
  commandSweepMs: 15_000,
  /** How often groups are looked at whose hosts are scanned at times; cron knows minutes. */
  groupScanEveryMs: 5_000,
  /** Hosts triggered in one transaction of a group's round: a few hundred statements, a second at most. */
  groupScanHosts: 50,
  /** Hosts of one bulk trigger (`wire/patchmon.md` §6.2). */
  bulkTriggerHosts: 100,
  /** Longest profile or rule id, and names of containers and images, that an agent takes (§5.1). */
  agentIdMaxLength: 256,
  imageNameMaxLength: 512,
  /** Versions of scanner content are as `0.1.76`. */
  contentVersionMaxLength: 64,
  /** Events of heartbeats taken in one transaction: each is one second of one gateway, so a backlog of half a minute. */
  heartbeatBatchEvents: 32,
  /** How long a batch of heartbeats waits for company under load: they come every 30 s. */
  gatherHeartbeatsMs: 250,
  /** Gateways beat every 10 s. Without one for this long the way was not open, and every host gets its full time again. */
  horizonGapMs: 60_000,
  /** While the newest beat of a gateway is older, heartbeats are being caught up with and nobody is judged silent. */
  horizonFreshMs: 60_000,
  /** How far behind the newest beat of a gateway hosts are judged: longer than the bus needs to deliver something again. */
  silenceMarginMs: 35_000,
  /** How often hosts are looked for whose time has passed: one indexed probe. */
  silenceEveryMs: 2_000,
  /** Hosts judged in one transaction: each silent one is an event. */
  silenceSlice: 500,
  /** How often an agent that scans by itself does so unless told otherwise (`wire/patchmon.md` §7.4). */
  agentScanIntervalMinutes: 1_440,
  /** Longest interval that a host or group can be given: 30 days. */
  intervalMaxMinutes: 43_200,
  /** Groups of a host, and people who may see it; each is a name in every event of the host. */
  hostNamesMax: 50,
  /** Longest name of a host, a group or a user. */
  hostNameLength: 255,
  /** Events of signals looked at in one transaction: each may hold hundreds of signals, of few hosts. */
  signalBatchEvents: 64,
  /** How long these wait for company under load: nobody waits for them. */
  gatherSignalsMs: 500,
  /** How often signals are worth a note that their host lives. */
  signalLifeEveryMs: 60_000,
  /** Hosts of which a process remembers when it last noted their signals: about 100 bytes each. */
  signalHostsRemembered: 100_000,
  /** What Santamon's page shows without `since` (`wire/santamon.md` §4.2), and its limits. */
  santamonAgentsWindowMs: 10 * 60_000,
  santamonAgentsDefault: 200,
  santamonAgentsMax: 2_000,
  /** An agent beats every 30 s; one that missed three is not online. */
  santamonOnlineMs: 95_000,
  /** Before a ping that should have come is missed: agents spread theirs, and collect packages meanwhile. */
  pingLateMs: 5 * 60_000,
  /** The full report of an agent and its docker inventory (`wire/patchmon.md` §1); 749 packages are 451 KB. */
  agentReportMaxBytes: 5 * 1024 * 1024,
  /** How long the rest of a refused report may still arrive, so that its agent reads the refusal. */
  agentReportPatienceMs: 10_000,
  /** What is kept of an agent's word on an integration: it is shown to people, and cannot fill a table. */
  integrationComponents: 32,
  integrationInstallEvents: 100,
  scannerProfiles: 200,
  agentMessageLength: 2_000,
  /** Rows of the history of heartbeats removed in one transaction. */
  forgetHeartbeatsRows: 5_000,
  /** A socket that no gateway spoke of for this long is gone: gateways do so every 30 s, and agents ping as often. */
  connectionLostSeconds: 90,
  /** Results in one row: a scan of the largest content that agents send is one or two, and 10⁶ rules are a thousand. */
  resultsPerSlice: 1_000,
  /** Documents recorded at once: each holds a connection of the pool's 12, and up to 32 MiB while it is read. */
  recordConcurrency: 3,
  /** When a rule was last seen is noted this often at most: no scan rewrites the rules of its profile. */
  ruleSeenEveryMs: 24 * 60 * 60_000,
  /** Rules of a list in an event; three lists of so many bytes leave room for names and envelope in 64 KiB. */
  eventRules: 100,
  eventRulesBytes: 12 * 1024,
  /** Characters of a rule's title, and of an error, in an event. */
  eventTitleLength: 200,
  eventErrorLength: 1_000,
  /** Hosts scored anew in one transaction after a waiver changed: each is an event of some kilobytes. */
  rescoreHosts: 200,
  /** Rules of each kind that a comparison of two scans lists. */
  driftRules: 100,
  driftRulesMax: 500,
  /** A scan that was commanded and has run so long is over (`wire/patchmon.md` §6.4). */
  staleScanMs: 3 * 60 * 60_000,
  /** How often such scans are looked for: one indexed probe. */
  staleScansEveryMs: 2 * 60_000,
  /** Scans ended in one transaction: each is an event. */
  staleScansSlice: 200,
  /** Scans, rules or profiles removed by one statement: a scan takes its results with it. */
  forgetScansSlice: 500,
  /** Entries of the dashboard's lists (`wire/patchmon.md` §6.1). */
  dashboardRecentScans: 10,
  dashboardWorstHosts: 5,
  dashboardTopRules: 10,
  /** Running scans that one answer shows: one for each host of a large bulk trigger, and no more than a page can bear. */
  runningScansShown: 1_000,
  /** Results in the answer with a host's newest scan: content has hundreds; of 10⁶ the pages of results show the rest. */
  latestResultsShown: 5_000,
  /** Points of a trend: a scan an hour for a year. */
  trendPoints: 8_784,
  /** Profiles in PatchMon's list, which has no pages: dozens, and one for each image that was looked at. */
  profilesShown: 1_000,
  /** How far PatchMon's pages can skip; beyond it the native lists with cursors go on. */
  readsMaxOffset: 1_000_000,
} as const;
