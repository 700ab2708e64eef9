import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { API_BASE as ROOM } from '@sekisho/api';
import { NotRunningError, RefusedError } from '../errors.ts';
import { API_BASE, ApiClient } from './api-client.ts';

/** A client of a server that answers so. */
async function openClient(answer: RequestListener) {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-client-'));
  const server = createServer(answer);
  const socket = join(folder, 'api.sock');
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    client: new ApiClient(() => socket, '佐藤'),
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true });
    },
  };
}

test('ApiClient asks where the API begins', () => assert.equal(API_BASE, ROOM));

test('ApiClient says who asks, and leaves out what is not given', async () => {
  await using opened = await openClient((request, response) => {
    response.end(JSON.stringify([request.url, request.headers['x-sekisho-actor']]));
  });
  const query = { query: '件名:見積 & more', limit: undefined, cursor: null };
  assert.deepEqual(await opened.client.get('/x', query), [
    `/api/v1/x?query=${encodeURIComponent('件名:見積').replace('%20', '+')}+%26+more`,
    encodeURIComponent('佐藤'),
  ]);
});

test('ApiClient tells a refusal with its status, also when the answer is not ours', async () => {
  await using opened = await openClient((request, response) => {
    response.statusCode = 404;
    response.end(request.url === '/api/v1/a' ? '{"error":{"id":"not-here","message":"no","detail":{}}}' : '<html>');
  });
  const refusal = (id: string) => (error: unknown) =>
    error instanceof RefusedError && error.id === id && error.exitCode === 4;
  await assert.rejects(opened.client.get('/a'), refusal('not-here'));
  await assert.rejects(opened.client.get('/b'), refusal('bad-answer'));
});

test('ApiClient rejects when the answer breaks off', async () => {
  await using opened = await openClient((_request, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('half', () => response.destroy());
  });
  await assert.rejects(opened.client.get('/x'), /aborted/);
});

test('ApiClient says that nobody answers where there is no socket', async () => {
  await assert.rejects(new ApiClient(() => '/nowhere/api.sock', 'x').get('/x'), NotRunningError);
});
