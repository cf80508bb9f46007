import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { LOGGER } from '@assay/service-host';
import type { Logger } from '@assay/telemetry';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { type WebSocket, WebSocketServer } from 'ws';
import { presentedPair, secretOfPair } from '../../credentials/patchmon-pair.js';
import { RecordDeniedAccess } from '../../credentials/record-denied-access.service.js';
import { ResolveCaller } from '../../credentials/resolve-caller.service.js';
import { RateLimit } from '../../ingest/rate-limit.js';
import { limits } from '../../limits.js';
import { credentialsInvalid, credentialsRequired } from '../../proxy/patchmon.problems.js';
import { closeCodes, type ConnectingAgent } from './agent-socket.js';
import { ServeAgent, SocketRecords } from './serve-agent.service.js';
import { SweepAgents } from './sweep-agents.service.js';

const agentsPath = '/api/v1/agents/ws';

/** A handshake that is not accepted. */
interface Refusal {
  readonly status: 401 | 404 | 429 | 503;
  readonly text: string;
}

/** A variable of its own, as the types of ws are behind ws: they do not know all of these yet. */
const handshakeOptions = {
  noServer: true,
  clientTracking: false,
  perMessageDeflate: false,
  maxPayload: limits.agentFrameBytes,
  maxFragments: limits.agentFragments,
  closeTimeout: limits.agentFarewellMs,
};

const stopping: Refusal = { status: 503, text: 'Try again later' };

/** What the door asks about who knocks. */
@Injectable()
export class AgentAdmission {
  constructor(
    readonly resolveCaller: ResolveCaller,
    readonly recordDenied: RecordDeniedAccess,
  ) {}
}

/**
 * Where agents connect: the websocket's handshake on the gateway's own server. Nothing is upgraded before the
 * credentials are known to be good; what is refused is refused in HTTP (`wire/patchmon.md` §5).
 */
@Injectable()
export class AgentDoor implements OnModuleDestroy {
  private readonly handshakes = new WebSocketServer(handshakeOptions);
  private readonly connects = new RateLimit(limits.agentConnectsPerSecond, limits.credentialCacheEntries);
  private sweeping: NodeJS.Timeout | undefined;
  private isClosing = false;

  constructor(
    private readonly admission: AgentAdmission,
    private readonly serveAgent: ServeAgent,
    private readonly sweepAgents: SweepAgents,
    private readonly records: SocketRecords,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Opens it on this server, before the server listens. */
  openOn(server: Server): void {
    // Without this every request that offers some other protocol, as curl does HTTP/2, would become a handshake.
    Object.assign(server, { shouldUpgradeCallback: isHandshake });
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      void this.answer(request, socket, head);
    });
    this.sweeping = setInterval(() => void this.sweepAgents.execute(Date.now()), limits.agentSweepMs).unref();
  }

  /** Everybody is told to come back, to another gateway or to this one when it is there again. */
  async onModuleDestroy(): Promise<void> {
    this.isClosing = true;
    clearInterval(this.sweeping);
    const { registry, news } = this.records;
    for (const socket of registry.all()) socket.close('shutdown', closeCodes.serviceRestart, 'the gateway restarts');
    const deadlineMs = Date.now() + limits.agentFarewellMs;
    while (registry.size > 0 && Date.now() < deadlineMs) await new Promise((resolve) => setTimeout(resolve, 10));
    for (const socket of registry.all()) socket.cut('shutdown');
    // Their 'close' events come in the next turn of the loop, and tell what has to be written.
    await new Promise((resolve) => setImmediate(resolve));
    await news.settle();
  }

  private async answer(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // Who leaves while we ask is no failure of ours; without a listener it would end the process.
    const ignore = (): undefined => undefined;
    socket.on('error', ignore);
    const answer = await this.admit(request).catch((error: unknown) => this.broken(error));
    socket.off('error', ignore);
    if ('status' in answer) this.refuse(request, socket, answer);
    else if (this.isClosing) this.refuse(request, socket, stopping);
    else {
      const serve = (webSocket: WebSocket): void => this.serveAgent.execute(webSocket, answer);
      this.handshakes.handleUpgrade(request, socket, head, serve);
    }
  }

  private async admit(request: IncomingMessage): Promise<ConnectingAgent | Refusal> {
    const [path] = (request.url ?? '').split('?', 1);
    if (path !== agentsPath) return { status: 404, text: 'Not found' };
    const { 'x-api-id': apiId, 'x-api-key': apiKey } = request.headers;
    if (!apiId || !apiKey) return { status: 401, text: credentialsRequired };
    const pair = presentedPair(request.headers);
    const caller = pair && (await this.admission.resolveCaller.bySecret(secretOfPair(pair)));
    const hostId = caller?.scope.hosts?.[0];
    if (!pair || !caller?.credentialId || hostId === undefined) return { status: 401, text: credentialsInvalid };
    const { tenant, credentialId } = caller;
    // By the credential that was found good and nothing else: who knows a host's id alone can't use up its turns.
    if (this.connects.secondsToWait(credentialId, Date.now()) > 0) return { status: 429, text: 'Too many connections' };
    return { tenant, hostId, apiId: pair.apiId, credentialId };
  }

  private broken(error: unknown): Refusal {
    this.log.warn({ err: error }, 'an agent could not be admitted');
    return stopping;
  }

  private refuse({ socket: { remoteAddress } }: IncomingMessage, socket: Duplex, { status, text }: Refusal): void {
    if (status === 401) this.admission.recordDenied.refused(`GET ${agentsPath}`, status, remoteAddress ?? 'unknown');
    const head = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'Connection: close',
      'Content-Type: text/plain; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(text)}`,
      ...(status === 401 || status === 404 ? [] : ['Retry-After: 1']),
    ];
    socket.on('error', () => socket.destroy());
    socket.once('finish', () => socket.destroy());
    socket.end(`${head.join('\r\n')}\r\n\r\n${text}`);
  }
}

/** RFC 6455 §4.2.1: the handshake asks for this protocol by its name, in whatever case. */
function isHandshake({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}
