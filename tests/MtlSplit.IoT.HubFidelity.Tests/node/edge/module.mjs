// A module of an edge device on Microsoft's client, as the runtime starts it: it knows nothing but its environment. What it does it is told by its methods.
import { Agent } from 'node:https';
import device from 'azure-iot-device';
import mqtt from 'azure-iot-device-mqtt';

const client = await device.ModuleClient.fromEnvironment(mqtt.Mqtt);
const heard = [];
let seen = 0;

const message = (text, properties = {}) => {
  const made = new device.Message(text);
  Object.entries(properties).forEach(([name, value]) => made.properties.add(name, value));
  return made;
};
/** Answers a call: what the work brings, or, with 500, why it failed. */
const serve = (name, work) => client.onMethod(name, async (request, response) => {
  try {
    await response.send(200, (await work(request.payload)) ?? null);
  } catch (error) {
    await response.send(500, { error: error.constructor.name, message: error.message });
  }
});

client.on('error', (error) => console.error('error', error.message));
client.on('disconnect', (error) => console.error('disconnect', error?.message));
if (process.env.TOKEN_SECONDS) {
  // The SDK's own way of renewing: a new connection with a new token, so many seconds before the old one ends.
  client._transport._authenticationProvider.setTokenRenewalValues(Number(process.env.TOKEN_SECONDS), Number(process.env.TOKEN_SECONDS) - 2);
}

await client.open();
client.on('inputMessage', (input, received) => {
  heard.push({
    input, text: received.data.toString(), mid: received.messageId, contentType: received.contentType,
    properties: Object.fromEntries(received.properties.propertyList.map(({ key, value }) => [key, value])),
  });
  client.complete(received, () => client.sendOutputEvent('echo', message(`echo ${received.data}`), () => {}));
});
const twin = await client.getTwin();
const update = (patch) => new Promise((resolve, reject) => twin.properties.reported.update(patch, (error) => (error ? reject(error) : resolve())));

serve('echo', (payload) => payload);
serve('send', async ({ output, texts, properties, mid, type }) => {
  for (const text of texts) {
    const made = message(text, properties);
    made.messageId = mid;
    made.contentType = type;
    await client.sendOutputEvent(output, made);
  }
});
// Answered when it has begun: a call that finds the module between two connections is lost, with Azure's hub too.
serve('stream', ({ output, count, every }) => void (async () => {
  for (let i = 0; i < count; i++) {
    await client.sendOutputEvent(output, message(String(i)));
    await new Promise((resolve) => setTimeout(resolve, every));
  }
})().catch((error) => console.error('stream', error)));
serve('report', (patch) => update(patch));
serve('fill', ({ bytes }) => update({ filled: 'x'.repeat(bytes) }));
serve('twin', async () => {
  const { desired, reported } = await new Promise((resolve, reject) => client.getTwin((error, read) => (error ? reject(error) : resolve(read.properties))));
  return { desired, reported: { ...reported, update: undefined } };
});
serve('heard', () => heard);
serve('forget', () => void heard.splice(0));
serve('call', async ({ module, method, payload, port }) => {
  if (port) {
    // The SDK calls port 443 and no other.
    client._methodClient.setOptions({ http: { agent: new Agent({ host: 'localhost', port, servername: 'localhost', ca: client._methodClient._options.ca }) } });
    client._methodClient._restApiClient = undefined;
  }

  return await client.invokeMethod(process.env.IOTEDGE_DEVICEID, module, { methodName: method, payload, responseTimeoutInSeconds: 5, connectTimeoutInSeconds: 5 });
});
serve('large', ({ bytes }) => client.sendOutputEvent('up', message('x'.repeat(bytes))));
client.onMethod('silent', () => {});
twin.on('properties.desired', async () => {
  seen = twin.properties.desired.$version;
  const { $version, ...wanted } = twin.properties.desired;
  await update({ seen, wanted: JSON.stringify(wanted), pid: process.pid, mood: process.env.MOOD ?? null }).catch((error) => console.error('report', error.message));
});

process.on('SIGTERM', () => client.close(() => process.exit(0)));
console.log(`the module ${process.env.IOTEDGE_MODULEID} runs`);
