/** A service as the supervisor sees one: ready on its port, gone after SIGTERM, dead at once on request. */
import { createServer } from 'node:http';

const server = createServer((request, response) => {
  if (request.url === '/die') process.exit(3);
  if (request.url === '/environment') response.end(JSON.stringify(process.env));
  else response.end('ready');
});
server.listen(Number(process.env.SERVICE_PORT), '127.0.0.1');
process.on('SIGTERM', () => {
  process.stdout.write('drained\n');
  process.exit(0);
});
