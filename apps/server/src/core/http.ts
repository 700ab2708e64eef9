import { createServer, type Server } from 'node:http';
import { formatOpenMetrics, mergeSnapshots, type MeterSnapshot } from '@sekisho/ports';

export interface ProcessState {
  readonly name: string;
  readonly pid: number | null;
  readonly state: string;
  readonly restarts: number;
}

export interface HttpPorts {
  processes(): readonly ProcessState[];
  metrics(): ReadonlyMap<string, MeterSnapshot>;
}

/** Health and numbers over plain HTTP: `/livez`, `/healthz` (200 when every process is ready), `/metrics`. */
export function openHttp(
  { host, port }: { readonly host: string; readonly port: number },
  ports: HttpPorts,
): Promise<Server> {
  const server = createServer((request, response) => {
    const answer = (status: number, type: string, body: string) => {
      response.writeHead(status, {
        'content-type': type,
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      });
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(405, 'text/plain', 'only GET here\n');
    switch (request.url?.split('?')[0]) {
      case '/livez':
        return answer(200, 'text/plain', 'alive\n');
      case '/healthz': {
        const processes = ports.processes();
        const isReady = processes.length > 0 && processes.every(({ state }) => state === 'ready');
        const list = processes.map(({ name, state, restarts }) => ({ name, state, restarts }));
        return answer(
          isReady ? 200 : 503,
          'application/json',
          `${JSON.stringify({ ready: isReady, processes: list })}\n`,
        );
      }
      case '/metrics': {
        const text = formatOpenMetrics(mergeSnapshots(ports.metrics()));
        return answer(200, 'application/openmetrics-text; version=1.0.0; charset=utf-8', text);
      }
      default:
        return answer(404, 'text/plain', 'nothing here\n');
    }
  });
  server.requestTimeout = 10_000;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}
