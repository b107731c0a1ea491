/** As much of SQS as a function needs to put a message into a queue. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

export interface Queue extends AsyncDisposable {
  readonly url: string;
  /** Ids of the records whose dead letters are in it. */
  readonly records: readonly string[];
}

export async function startQueue(): Promise<Queue> {
  const records: string[] = [];
  const server = createServer(async (request, response) => {
    // Safe: the client of SQS sends it.
    const { MessageBody } = (await json(request)) as { readonly MessageBody: string };
    records.push(JSON.parse(MessageBody).id);
    const MD5OfMessageBody = createHash('md5').update(MessageBody).digest('hex');
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify({ MessageId: String(records.length), MD5OfMessageBody }));
  }).listen(0, 'localhost');
  await once(server, 'listening');
  // Safe: of a server that listens to a port.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}/000000000000/dead-letters`,
    records,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}
