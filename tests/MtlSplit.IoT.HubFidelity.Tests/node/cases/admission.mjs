import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import device from 'azure-iot-device';
import mqtt from 'azure-iot-device-mqtt';
import { keptOut, next, refuses, until, works } from '../harness.mjs';

const state = async (hub, deviceId) => (await hub.owner.get(deviceId)).responseBody.connectionState;

/** The client hears that it is let in a moment before the registry shows it. */
const seen = (hub, deviceId, what) => until(async () => await state(hub, deviceId) === what, `the hub shows ${deviceId} as ${what}`);

works('admission: a device with its primary or its secondary key is let in', async ({ hub, unique, open }) => {
  const { deviceId, authentication: { symmetricKey } } = await hub.device(unique());
  for (const key of [symmetricKey.primaryKey, symmetricKey.secondaryKey]) {
    const client = open(await hub.deviceClient(deviceId, key));
    await client.open();
    await seen(hub, deviceId, 'Connected');
    await client.close();
    await seen(hub, deviceId, 'Disconnected');
  }
});

works('admission: a module with its key is let in', async ({ hub, unique, open }) => {
  const { module } = await hub.module(unique());
  const client = open(await hub.moduleClient(module.deviceId, 'm', module.authentication.symmetricKey.secondaryKey));
  await client.open();
  await until(async () => (await hub.owner.getModule(module.deviceId, 'm')).responseBody.connectionState === 'Connected', 'the hub shows the module as connected');
});

works('admission: a device with a ready token is let in', async ({ hub, unique, open }) => {
  const made = await hub.device(unique());
  const client = open(await hub.tokenClient(hub.deviceToken(made.deviceId, made.authentication.symmetricKey.primaryKey, { host: hub.mqttHost })));
  await client.open();
  await seen(hub, made.deviceId, 'Connected');
});

works('admission: a device connects over WebSocket', async ({ hub, unique, open }) => {
  const made = await hub.device(unique());
  const client = open(await hub.deviceClient(made.deviceId, made.authentication.symmetricKey.primaryKey, { transport: mqtt.MqttWs, host: hub.hostName, options: hub.webSocketOptions }));
  await client.open();
  await seen(hub, made.deviceId, 'Connected');
  const twin = await client.getTwin();
  assert.equal(twin.properties.desired.$version, 1);
  await client.sendEvent(new device.Message('over WebSocket'));
  assert.equal((await hub.event(made.deviceId)).text, 'over WebSocket');
});

works('admission: a device with a certificate that the registry knows is let in', async ({ hub, unique, open }) => {
  const deviceId = unique();
  const { stranger } = hub.certificates;
  const made = await hub.device(deviceId, { authentication: { x509Thumbprint: { primaryThumbprint: stranger.thumbprint } } });
  assert.equal(made.authentication.type, 'selfSigned');
  const client = open(await hub.certificateClient(deviceId, stranger));
  await client.open();
  await client.sendEvent(new device.Message('by certificate'));
  assert.equal((await hub.event(deviceId)).text, 'by certificate');
});

works('admission: a device with a certificate of an authority that the hub trusts is let in', async ({ hub, open }) => {
  const { trusted } = hub.certificates;
  await hub.device(trusted.name, { authentication: { type: 'certificateAuthority' } });
  const client = open(await hub.certificateClient(trusted.name, trusted));
  await client.open();
  await seen(hub, trusted.name, 'Connected');
  await client.close();
  await hub.owner.delete(trusted.name);
});

refuses('admission: another key keeps a device out', async ({ hub, unique, open }) => {
  const made = await hub.device(unique());
  const client = open(await hub.deviceClient(made.deviceId, Buffer.alloc(32, 9).toString('base64')));
  await keptOut(client.open());
  assert.equal(await state(hub, made.deviceId), 'Disconnected');
});

refuses('admission: the key of its device does not let a module in, nor another module\'s', async ({ hub, unique, open }) => {
  const { device: made, module } = await hub.module(unique());
  await hub.owner.addModule({ deviceId: made.deviceId, moduleId: 'other' });
  const other = (await hub.owner.getModule(made.deviceId, 'other')).responseBody;
  for (const key of [made.authentication.symmetricKey.primaryKey, other.authentication.symmetricKey.primaryKey]) {
    await keptOut(open(await hub.moduleClient(made.deviceId, 'm', key)).open());
  }

  assert.equal((await hub.owner.getModule(made.deviceId, module.moduleId)).responseBody.connectionState, 'Disconnected');
});

refuses('admission: who is not registered is kept out', async ({ hub, unique, open }) => {
  await keptOut(open(await hub.deviceClient(unique(), Buffer.alloc(32, 9).toString('base64'))).open());
  const made = await hub.device(unique());
  await keptOut(open(await hub.moduleClient(made.deviceId, 'nobody', made.authentication.symmetricKey.primaryKey)).open());
});

refuses('admission: a token that has expired keeps a device out', async ({ hub, unique, open }) => {
  const made = await hub.device(unique());
  const token = hub.deviceToken(made.deviceId, made.authentication.symmetricKey.primaryKey, { host: hub.mqttHost, expires: -400 });
  await keptOut(open(await hub.tokenClient(token)).open());
  assert.equal(await state(hub, made.deviceId), 'Disconnected');
});

refuses('admission: a token for another device keeps a device out', async ({ hub, unique, open }) => {
  const [mine, other] = [await hub.device(unique()), await hub.device(unique())];
  const token = hub.deviceToken(other.deviceId, mine.authentication.symmetricKey.primaryKey, { host: hub.mqttHost });
  await keptOut(open(await hub.tokenClient(token)).open());
  assert.equal(await state(hub, other.deviceId), 'Disconnected');
});

refuses('admission: a device that is disabled is kept out until it is enabled', async ({ hub, unique, open }) => {
  const made = await hub.device(unique(), { status: 'disabled' });
  const key = made.authentication.symmetricKey.primaryKey;
  await keptOut(open(await hub.deviceClient(made.deviceId, key)).open());
  await hub.owner.update({ deviceId: made.deviceId, status: 'enabled' });
  await open(await hub.deviceClient(made.deviceId, key)).open();
});

refuses('admission: a device that is disabled while it is connected is put out, its modules with it', async ({ hub, unique, open }) => {
  const { device: made, module } = await hub.module(unique());
  const clients = [await hub.deviceClient(made.deviceId, made.authentication.symmetricKey.primaryKey), await hub.moduleClient(made.deviceId, 'm', module.authentication.symmetricKey.primaryKey)];
  const gone = [];
  for (const client of clients) {
    await open(client).open();
    gone.push(next(client, 'disconnect'));
  }

  await hub.owner.update({ deviceId: made.deviceId, status: 'disabled' });
  await Promise.all(gone);
  await seen(hub, made.deviceId, 'Disconnected');
});

refuses('admission: a device that is removed while it is connected is put out', async ({ hub, unique, open }) => {
  const made = await hub.device(unique());
  const client = open(await hub.deviceClient(made.deviceId, made.authentication.symmetricKey.primaryKey));
  await client.open();
  const gone = next(client, 'disconnect');
  await hub.owner.delete(made.deviceId);
  await gone;
  await keptOut(open(await hub.deviceClient(made.deviceId, made.authentication.symmetricKey.primaryKey)).open());
});

refuses('admission: a second client of one name puts the first one out', async ({ hub, unique, open }) => {
  const made = await hub.device(unique());
  const key = made.authentication.symmetricKey.primaryKey;
  const first = open(await hub.deviceClient(made.deviceId, key));
  await first.open();
  const gone = next(first, 'disconnect');
  const second = open(await hub.deviceClient(made.deviceId, key));
  await second.open();
  await gone;
  await second.sendEvent(new device.Message('from the second'));
  assert.equal((await hub.event(made.deviceId)).text, 'from the second');
  await seen(hub, made.deviceId, 'Connected');
});

refuses('admission: a certificate that nobody knows keeps a device out', async ({ hub, unique, open }) => {
  const { stranger, trusted } = hub.certificates;
  const byThumbprint = unique();
  await hub.device(byThumbprint, { authentication: { type: 'selfSigned', x509Thumbprint: { primaryThumbprint: 'A'.repeat(40) } } });
  await keptOut(open(await hub.certificateClient(byThumbprint, stranger)).open());
  // A good authority, another name.
  const byAuthority = unique();
  await hub.device(byAuthority, { authentication: { type: 'certificateAuthority' } });
  await keptOut(open(await hub.certificateClient(byAuthority, trusted)).open());
  // The right name, another authority.
  await hub.device(stranger.name, { authentication: { type: 'certificateAuthority' } });
  await keptOut(open(await hub.certificateClient(stranger.name, stranger)).open());
  await hub.owner.delete(stranger.name);
});

refuses('admission: a certificate does not stand in for a key, nor a key for a certificate', async ({ hub, unique, open }) => {
  const { stranger } = hub.certificates;
  const withKey = await hub.device(unique());
  await keptOut(open(await hub.certificateClient(withKey.deviceId, stranger)).open());
  const withCertificate = unique();
  await hub.device(withCertificate, { authentication: { type: 'selfSigned', x509Thumbprint: { primaryThumbprint: stranger.thumbprint } } });
  await keptOut(open(await hub.deviceClient(withCertificate, Buffer.alloc(32, 9).toString('base64'))).open());
});

refuses('admission: a hub whose authority is not trusted is not spoken to', async ({ hub, unique, open }) => {
  const made = await hub.device(unique());
  const client = open(await hub.deviceClient(made.deviceId, made.authentication.symmetricKey.primaryKey, { options: { ca: readFileSync(hub.certificates.trusted.authority, 'utf8') } }));
  await client.open().then(() => assert.fail('the client trusted it'), () => {});
  assert.equal(await state(hub, made.deviceId), 'Disconnected');
});
