// Sends every command of the SDK once without parameters, then a small story; prints what came back as JSON.
import * as sdk from "@aws-sdk/client-direct-connect";

const client = new sdk.DirectConnectClient({ endpoint: process.env.AWS_ENDPOINT_URL, maxAttempts: 1 });
const isCommand = (name) => name.endsWith("Command") && name !== "$Command";
const commands = {};
for (const name of Object.keys(sdk).filter(isCommand)) {
  commands[name] = await client.send(new sdk[name]({})).then(
    () => "answered",
    (error) => (error instanceof sdk.DirectConnectServiceException ? error.name : `broken: ${error}`),
  );
}
const { locations } = await client.send(new sdk.DescribeLocationsCommand({}));
const order = { location: locations[0].locationCode, bandwidth: "1Gbps", connectionName: "from JavaScript" };
const { connectionId } = await client.send(new sdk.CreateConnectionCommand(order));
const { loaContent } = await client.send(new sdk.DescribeLoaCommand({ connectionId }));
const { connections } = await client.send(new sdk.DescribeConnectionsCommand({ connectionId }));
console.log(JSON.stringify({
  commands,
  letter: Buffer.from(loaContent).subarray(0, 5).toString("latin1"),
  issuedIsDate: connections[0].loaIssueTime instanceof Date,
  name: connections[0].connectionName,
}));
