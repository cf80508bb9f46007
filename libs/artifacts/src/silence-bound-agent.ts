import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { s3SilenceTimeoutMs } from './limits.js';

/**
 * An agent that keeps its connections and ends one on which nothing has moved for `silenceMs`. Node's own `timeout` only
 * tells the request, and the S3 client does not listen: a server that hangs would hang us.
 */
export function silenceBoundAgent(useSSL: boolean, silenceMs: number = s3SilenceTimeoutMs): HttpAgent {
  const agent = useSSL ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const connection = connect(options, callback);
    if (connection && 'setTimeout' in connection && typeof connection.setTimeout === 'function') {
      connection.setTimeout(silenceMs, () => {
        connection.destroy(new Error(`no answer for ${silenceMs / 1000} s`));
      });
    }
    return connection;
  };
  return agent;
}
