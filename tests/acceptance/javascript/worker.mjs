// Sends commands with the SDK; test_javascript.py starts it.  A line of standard input is a question as JSON,
// a line of standard output the answer to it.
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import * as sdk from "@aws-sdk/client-direct-connect";
import { SmithyRpcV2CborProtocol } from "@smithy/core/cbor";
import { problemsOf, plain, revived } from "./check.mjs";

function clientOf({ endpoint_url, account_id, protocol, attempts }) {
  return new sdk.DirectConnectClient({
    region: "us-east-1",
    endpoint: endpoint_url,
    credentials: { accessKeyId: account_id, secretAccessKey: "secret" },
    maxAttempts: attempts ?? 1,
    ...(protocol === "cbor" ? { protocol: SmithyRpcV2CborProtocol } : {}),
  });
}

// Keeps the bytes of every answer: the SDK drops members that it does not know without a word.
function listening(client, bodies) {
  const handler = client.config.requestHandler;
  const handle = handler.handle.bind(handler);
  handler.handle = async (...request) => {
    const answer = await handle(...request);
    const pieces = [];
    for await (const piece of answer.response.body) pieces.push(piece);
    const content = Buffer.concat(pieces);
    bodies.push(content);
    answer.response.body = Readable.from(content.length ? [content] : []);
    return answer;
  };
}

const schemasOf = (command) => [command.schema[4](), command.schema[5]()];

async function send(question) {
  const Command = sdk[`${question.operation}Command`];
  const client = clientOf(question);
  const bodies = [];
  listening(client, bodies);
  try {
    const command = new Command(revived(schemasOf(new Command({}))[0], question.input));
    const { $metadata, ...answer } = await client.send(command);
    const schema = schemasOf(command)[1];
    const [dropped, unknown] = [[], []];
    const problems = problemsOf(schema, answer, question.operation, "parsed", unknown);
    if (question.protocol !== "cbor") {
      const raw = JSON.parse(bodies.at(-1).toString() || "{}");
      problems.push(...problemsOf(schema, raw, question.operation, "raw", dropped));
    }
    return { answer: plain(answer), problems, unknown, dropped, attempts: $metadata.attempts };
  } catch (error) {
    return { error: described(error) };
  } finally {
    client.destroy();
  }
}

function described(error) {
  const ofSdk = sdk[error.name];
  return {
    name: error.name,
    message: error.message,
    ofService: error instanceof sdk.DirectConnectServiceException,
    ofItsClass: typeof ofSdk === "function" ? error instanceof ofSdk : null,
    fault: error.$fault ?? null,
    status: error.$metadata?.httpStatusCode ?? null,
    attempts: error.$metadata?.attempts ?? null,
    text: `${error.stack}`,
  };
}

// Every page of one, with the SDK's paginator where it has one and by the token else.
async function pages(question) {
  const client = clientOf(question);
  const Command = sdk[`${question.operation}Command`];
  const paginate = sdk[`paginate${question.operation}`];
  const found = [];
  try {
    if (paginate !== undefined) {
      for await (const page of paginate({ client, pageSize: 1 }, question.input)) found.push(page);
    } else {
      for (let nextToken; nextToken !== undefined || found.length === 0; nextToken = found.at(-1).nextToken) {
        found.push(await client.send(new Command({ ...question.input, maxResults: 1, nextToken })));
      }
    }
  } finally {
    client.destroy();
  }
  return { way: paginate === undefined ? "token" : "paginator", pages: found.map(({ $metadata, ...page }) => plain(page)) };
}

function about() {
  const names = Object.keys(sdk);
  const isEnum = (each) => typeof each === "object" && each !== null && !Array.isArray(each)
    && Object.values(each).every((value) => typeof value === "string");
  return {
    operations: names.filter((name) => /^[A-Z].*Command$/.test(name)).map((name) => name.slice(0, -"Command".length)),
    exceptions: names.filter((name) => sdk[name]?.prototype instanceof sdk.DirectConnectServiceException),
    paginators: names.filter((name) => name.startsWith("paginate")),
    waiters: names.filter((name) => name.startsWith("waitUntil")),
    enums: Object.fromEntries(names.filter((name) => isEnum(sdk[name]))
      .map((name) => [name, Object.values(sdk[name])])),
  };
}

// What the check of bodies finds in an answer to a command.
function check({ operation, answer }) {
  const unknown = [];
  const [, schema] = schemasOf(new sdk[`${operation}Command`]({}));
  return [...problemsOf(schema, answer, operation, "raw", unknown), ...unknown];
}

const ways = { send, pages, about, check };
for await (const line of createInterface({ input: process.stdin })) {
  const { way, ...question } = JSON.parse(line);
  const answer = await Promise.resolve(question).then(ways[way]).catch((error) => ({ broken: `${error.stack}` }));
  console.log(JSON.stringify(answer));
}
