/**
 * As much of DynamoDB as the stores and Powertools ask of it, over HTTP too: conditions, updates, and refusals
 * of what DynamoDB refuses. Deletes nothing by itself, since DynamoDB may take days to.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

export interface Value {
  readonly S?: string;
  readonly N?: string;
  readonly NULL?: true;
}
export type Item = Record<string, Value>;

export interface Request {
  readonly TableName: string;
  readonly Item?: Item;
  readonly Key?: Item;
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Item;
  readonly ReturnValuesOnConditionCheckFailure?: string;
}

class Refusal extends Error {
  override readonly name: string;
  readonly Item: Item | undefined;

  constructor(name: string, message: string, item?: Item) {
    super(message);
    this.name = name;
    this.Item = item;
  }
}

export class FakeDynamoDb {
  readonly items = new Map<string, Item>();
  readonly requests: { readonly name: string; readonly request: Request }[] = [];
  /** Called before each request; what it throws is the answer. */
  before: (name: string, request: Request) => void = () => {};
  /** Called after each request was done; what it throws is the answer, as when that is lost on its way. */
  after: (name: string, request: Request) => void = () => {};

  readonly putItem = async (request: Request) => this.run('PutItem', request);
  readonly updateItem = async (request: Request) => this.run('UpdateItem', request);
  readonly deleteItem = async (request: Request) => this.run('DeleteItem', request);

  run(name: string, request: Request): { readonly Attributes?: Item; readonly Item?: Item } {
    this.requests.push({ name, request });
    this.before(name, request);
    const { id } = request.Key ?? request.Item ?? {};
    if (id?.S === undefined) throw new Refusal('ValidationException', 'no key');
    refuseUnused(request);
    const known = this.items.get(id.S);
    this.check(request, known);
    const answer = this.apply(name, id.S, { request, known });
    this.after(name, request);
    return answer;
  }

  private check(request: Request, known: Item | undefined): void {
    const { ConditionExpression: condition } = request;
    if (condition === undefined || holds(condition, known ?? {}, request)) return;
    const shown = request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' ? known : undefined;
    const message = 'The conditional request failed';
    throw new Refusal('ConditionalCheckFailedException', message, shown);
  }

  private apply(
    name: string,
    id: string,
    { request, known }: { request: Request; known: Item | undefined },
  ): { readonly Attributes?: Item; readonly Item?: Item } {
    if (name === 'GetItem') return known === undefined ? {} : { Item: known };
    if (name === 'DeleteItem') this.items.delete(id);
    if (name === 'PutItem') this.items.set(id, { ...request.Item });
    if (name !== 'UpdateItem') return {};
    const item = updated(request, { ...known, ...request.Key });
    this.items.set(id, item);
    return { Attributes: item };
  }

  /** Serves the same over HTTP, as the real SDK speaks it. */
  async listen(): Promise<{ readonly url: string; close(): void }> {
    const server = createServer(async (request, response) => {
      const name = String(request.headers['x-amz-target']).split('.')[1] ?? '';
      response.setHeader('content-type', 'application/x-amz-json-1.0');
      try {
        // Safe: of the SDK, which has such requests only.
        const body = (await json(request)) as Request;
        response.end(JSON.stringify(this.run(name, body)));
      } catch (error) {
        const { name: type, message, Item } = error as Refusal;
        const __type = `com.amazonaws.dynamodb.v20120810#${type}`;
        response.writeHead(400).end(JSON.stringify({ __type, message, Item }));
      }
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    return { url: `http://127.0.0.1:${portOf(server)}`, close: () => closeAll(server) };
  }
}

function portOf(server: Server): number {
  // Safe: a server that listens on a port has this address.
  return (server.address() as AddressInfo).port;
}

function closeAll(server: Server): void {
  server.closeAllConnections();
  server.close();
}

function refuseUnused(request: Request): void {
  const used = `${request.ConditionExpression ?? ''} ${request.UpdateExpression ?? ''}`;
  const words: readonly string[] = used.match(/[#:]\w+/g) ?? [];
  const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = request;
  const given = [...Object.keys(names), ...Object.keys(values)];
  const wrong = [
    ...given.filter((word) => !words.includes(word)),
    ...words.filter((word) => !given.includes(word)),
  ];
  if (wrong.length > 0) throw new Refusal('ValidationException', `unused or unknown: ${wrong}`);
}

/** `a OR b AND c`, with functions, comparisons and parentheses. */
function holds(condition: string, item: Item, request: Request): boolean {
  const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = request;
  const tokens = condition.match(/attribute_\w+\(#\w+\)|[#:]\w+|<|>=|=|\(|\)|AND|OR/g) ?? [];
  const leftover = condition.replaceAll(
    /attribute_\w+\(#\w+\)|[#:]\w+|<|>=|=|\(|\)|AND|OR|\s/g,
    '',
  );
  if (leftover !== '') throw new Refusal('ValidationException', `cannot read ${condition}`);
  let at = 0;
  const next = (): string => tokens[at++] ?? '';
  const either = (): boolean => {
    let truth = both();
    while (tokens[at] === 'OR') {
      at += 1;
      truth = both() || truth;
    }
    return truth;
  };
  const both = (): boolean => {
    let truth = term();
    while (tokens[at] === 'AND') {
      at += 1;
      truth = term() && truth;
    }
    return truth;
  };
  const term = (): boolean => {
    const token = next();
    if (token === '(') {
      const truth = either();
      next();
      return truth;
    }
    const [, not, name] = /^attribute_(not_)?exists\((#\w+)\)$/.exec(token) ?? [];
    if (name !== undefined) return Object.hasOwn(item, names[name] ?? '') === (not === undefined);
    return compare(item[names[token] ?? ''], next(), values[next()]);
  };
  return either();
}

function compare(left: Value | undefined, operator: string, right: Value | undefined): boolean {
  // What is not there compares with nothing.
  if (left === undefined || right === undefined) return false;
  if (left.N !== undefined && right.N !== undefined) {
    const [a, b] = [Number(left.N), Number(right.N)];
    return operator === '<' ? a < b : operator === '>=' ? a >= b : a === b;
  }
  return operator === '=' && JSON.stringify(left) === JSON.stringify(right);
}

/** `SET #a = :a, #b = :b ADD #c :c`. */
function updated(request: Request, item: Item): Item {
  const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = request;
  const [sets = '', add] = (request.UpdateExpression ?? '').replace(/^SET /, '').split(' ADD ');
  const changed = { ...item };
  for (const assignment of sets.split(', ')) {
    const [name = '', value = ''] = assignment.split(' = ');
    changed[names[name] ?? ''] = values[value] ?? { NULL: true };
  }
  if (add === undefined) return changed;
  const [name = '', value = ''] = add.split(' ');
  const [before, more] = [changed[names[name] ?? ''], values[value]];
  const number = (one: Value | undefined) => Number(one?.N ?? 0);
  return { ...changed, [names[name] ?? '']: { N: `${number(before) + number(more)}` } };
}

/** Has the real SDK ask this address, with credentials of nobody. */
export async function withAwsAt<Answer>(url: string, run: () => Promise<Answer>): Promise<Answer> {
  const before = { ...process.env };
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'k',
    AWS_SECRET_ACCESS_KEY: 's',
    AWS_ENDPOINT_URL: url,
    AWS_MAX_ATTEMPTS: '1',
  });
  try {
    return await run();
  } finally {
    process.env = before;
  }
}
