import assert from 'node:assert/strict';
import { refused, refuses, until, works } from '../harness.mjs';

const call = (methodName, payload, more = {}) => ({ methodName, payload, responseTimeoutInSeconds: 10, connectTimeoutInSeconds: 0, ...more });

/** The SDK subscribes in the background; the hub knows a method's listener only after that. */
const invoke = (hub, target, method) => until(() => hub.methods().invokeDeviceMethod(...target, method).catch((error) => {
  if (/DeviceNotOnline/.test(error.responseBody)) {
    return null;
  }

  throw error;
}), `${target.join('/')} listens to ${method.methodName}`);

works('methods: a module is called and answers', async ({ hub, unique, open }) => {
  const { module } = await hub.module(unique());
  const client = open(await hub.moduleClient(module.deviceId, 'm', module.authentication.symmetricKey.primaryKey));
  await client.open();
  client.onMethod('add', (request, response) => response.send(200, { sum: request.payload.a + request.payload.b }));
  const { result } = await invoke(hub, [module.deviceId, 'm'], call('add', { a: 1, b: 2 }));
  assert.deepEqual(result, { status: 200, payload: { sum: 3 } });
});

works('methods: a device is called and answers with its own status', async ({ hub, unique, open }) => {
  const made = await hub.device(unique());
  const client = open(await hub.deviceClient(made.deviceId, made.authentication.symmetricKey.primaryKey));
  await client.open();
  client.onDeviceMethod('reboot', (request, response) => response.send(409, 'busy'));
  const { result } = await invoke(hub, [made.deviceId], call('reboot', null));
  assert.deepEqual(result, { status: 409, payload: 'busy' });
});

works('methods: calls at once each get their own answer', async ({ hub, unique, open }) => {
  const { module } = await hub.module(unique());
  const client = open(await hub.moduleClient(module.deviceId, 'm', module.authentication.symmetricKey.primaryKey));
  await client.open();
  client.onMethod('echo', (request, response) => setTimeout(() => response.send(200, request.payload), (5 - request.payload) * 10));
  await invoke(hub, [module.deviceId, 'm'], call('echo', 0));
  const answers = await Promise.all([1, 2, 3, 4].map((n) => hub.methods().invokeDeviceMethod(module.deviceId, 'm', call('echo', n))));
  assert.deepEqual(answers.map(({ result }) => result.payload), [1, 2, 3, 4]);
});

works('methods: a client that connects in time is called', async ({ hub, unique, open }) => {
  const { module } = await hub.module(unique());
  const calling = hub.methods().invokeDeviceMethod(module.deviceId, 'm', call('late', 'x', { connectTimeoutInSeconds: 10 }));
  const client = open(await hub.moduleClient(module.deviceId, 'm', module.authentication.symmetricKey.primaryKey));
  await client.open();
  client.onMethod('late', (request, response) => response.send(200, request.payload));
  assert.deepEqual((await calling).result, { status: 200, payload: 'x' });
});

refuses('methods: who is not there cannot be called', async ({ hub, unique }) => {
  await refused(hub.methods().invokeDeviceMethod(unique(), call('m')), { type: 'DeviceNotFoundError', status: 404, code: 'DeviceNotFound' });
  const { deviceId } = await hub.device(unique());
  await refused(hub.methods().invokeDeviceMethod(deviceId, 'nobody', call('m')), { status: 404, code: 'ModuleNotFound' });
});

refuses('methods: who is not connected cannot be called', async ({ hub, unique }) => {
  const { module } = await hub.module(unique());
  await refused(hub.methods().invokeDeviceMethod(module.deviceId, 'm', call('m')), { status: 404, code: 'DeviceNotOnline' });
});

refuses('methods: who does not listen to methods cannot be called', async ({ hub, unique, open }) => {
  const { module } = await hub.module(unique());
  const client = open(await hub.moduleClient(module.deviceId, 'm', module.authentication.symmetricKey.primaryKey));
  await client.open();
  await refused(hub.methods().invokeDeviceMethod(module.deviceId, 'm', call('m')), { status: 404, code: 'DeviceNotOnline' });
});

refuses('methods: who does not answer in time has timed out', async ({ hub, unique, open }) => {
  const { module } = await hub.module(unique());
  const client = open(await hub.moduleClient(module.deviceId, 'm', module.authentication.symmetricKey.primaryKey));
  await client.open();
  client.onMethod('ping', (request, response) => response.send(200));
  client.onMethod('silent', () => {});
  await invoke(hub, [module.deviceId, 'm'], call('ping'));
  // The SDK itself would give up after these five seconds; the hub's answer comes first.
  await refused(hub.methods().invokeDeviceMethod(module.deviceId, 'm', call('silent', null, { responseTimeoutInSeconds: 5 })), { type: 'GatewayTimeoutError', status: 504, code: 'GatewayTimeout' });
  assert.equal((await invoke(hub, [module.deviceId, 'm'], call('ping'))).result.status, 200);
});

refuses('methods: names, times and payloads have limits', async ({ hub, unique }) => {
  const { deviceId } = await hub.device(unique());
  for (const [body, says] of [
    [{}, /methodName/], [call('n'.repeat(101)), /methodName/], [call('m', null, { responseTimeoutInSeconds: 4 }), /responseTimeoutInSeconds/],
    [call('m', null, { responseTimeoutInSeconds: 301 }), /responseTimeoutInSeconds/], [call('m', null, { connectTimeoutInSeconds: -1 }), /connectTimeoutInSeconds/],
    [call('m', 'x'.repeat(128 * 1024)), /payload/],
  ]) {
    const answer = await hub.request('POST', `/twins/${deviceId}/methods`, { body });
    assert.equal(answer.status, 400);
    assert.match(answer.body.Message, says);
  }
});
