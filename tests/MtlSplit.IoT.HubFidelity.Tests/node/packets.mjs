// node packets.mjs CONNECTION-STRING CA.pem: one of two clients that do the same, operation by operation, while a server keeps their packets.
import { readFileSync } from 'node:fs';
import common from 'azure-iot-common';
import device from 'azure-iot-device';
import mqtt from 'azure-iot-device-mqtt';

const [connectionString, authority] = process.argv.slice(2);
const client = device.ModuleClient.fromConnectionString(connectionString, mqtt.Mqtt);
client.setRetryPolicy(new common.NoRetry());
await client.setOptions({ ca: readFileSync(authority, 'utf8') });
const settled = (call) => new Promise((resolve, reject) => call((error, value) => (error ? reject(error) : resolve(value))));

await client.open();
const twin = await client.getTwin();
await settled((done) => twin.properties.reported.update({ a: 1, b: null, ü: 'é' }, done));

const full = new device.Message(Buffer.from([1, 2, 3]));
Object.assign(full, { messageId: 'm 1/ü', correlationId: 'c&=?', userId: 'u+1', contentType: 'application/json', contentEncoding: 'utf-8' });
full.properties.add('temp alert', 'tru/e&?%+');
full.properties.add("it's (not) * so!", '~-._');
full.properties.add('empty', '');
await client.sendEvent(full);
await client.sendOutputEvent('out 1', full);
await client.sendEvent(new device.Message(''));
await client.sendOutputEvent('plain', new device.Message('{}'));

await new Promise((resolve) => client.on('inputMessage', (_, received) => client.complete(received, resolve)));

await new Promise((resolve) => client.onMethod('answers', (request, response) => response.send(207, { x: 1 }).then(resolve)));
await new Promise((resolve) => twin.on('properties.desired', ({ last }) => last && resolve()));

// What the SDK does 15 minutes before its token ends, at once.
const { _authenticationProvider: keys } = client._transport;
const renewed = new Promise((resolve) => keys.once('newTokenAvailable', resolve));
keys.setTokenRenewalValues(3600, 900);
await renewed;
await client.sendEvent(new device.Message('after'));
await client.close();
console.log('done');
process.exit(0);
