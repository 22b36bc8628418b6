import assert from 'node:assert/strict';
import { refused, refuses, works } from '../harness.mjs';

const unauthorised = { type: 'UnauthorizedError', status: 401, code: 'IotHubUnauthorizedAccess' };

works('access: a policy may do what its name says', async ({ hub, unique }) => {
  const { deviceId } = await hub.device(unique());
  assert.equal((await hub.registry('registryRead').get(deviceId)).responseBody.deviceId, deviceId);
  assert.equal((await hub.registry('service').getTwin(deviceId)).responseBody.deviceId, deviceId);
  await hub.registry('registryReadWrite').delete(deviceId);
});

works('access: a token for a part of the hub is good for that part', async ({ hub, unique }) => {
  const { deviceId } = await hub.device(unique());
  const token = hub.serviceToken('iothubowner', { resource: encodeURIComponent(`${hub.hostName}/devices/${deviceId}`) });
  assert.equal((await hub.request('GET', `/devices/${deviceId}`, { token })).status, 200);
});

works('access: the clock of a service may be five minutes behind', async ({ hub }) => {
  assert.equal((await hub.request('GET', '/devices', { token: hub.serviceToken('registryRead', { expires: -240 }) })).status, 200);
});

works('access: an edge device makes, reads and removes its own modules', async ({ hub, unique }) => {
  const made = await hub.device(unique(), { capabilities: { iotEdge: true } });
  const path = `/devices/${made.deviceId}/modules`;
  const token = hub.deviceToken(made.deviceId, made.authentication.symmetricKey.primaryKey);
  const module = { deviceId: made.deviceId, moduleId: 'mine', managedBy: 'IotEdge', authentication: { type: 'sas', symmetricKey: { primaryKey: '', secondaryKey: '' } } };
  const answer = await hub.request('PUT', `${path}/mine`, { token, body: module });
  assert.equal(answer.status, 200);
  assert.equal(answer.body.managedBy, 'IotEdge');
  assert.equal((await hub.request('GET', path, { token })).body.length, 3);
  assert.equal((await hub.request('DELETE', `${path}/mine`, { token, headers: { 'if-match': '*' } })).status, 204);
});

works('access: $edgeAgent speaks for its device', async ({ hub, unique }) => {
  const { deviceId } = await hub.device(unique(), { capabilities: { iotEdge: true } });
  const agent = (await hub.owner.getModule(deviceId, '$edgeAgent')).responseBody;
  const token = hub.deviceToken(`${deviceId}/$edgeAgent`, agent.authentication.symmetricKey.secondaryKey);
  assert.equal((await hub.request('PUT', `/devices/${deviceId}/modules/mine`, { token, body: {} })).status, 200);
});

refuses('access: a policy may not do what its name does not say', async ({ hub, unique }) => {
  const { deviceId } = await hub.device(unique());
  await refused(hub.registry('registryRead').delete(deviceId), unauthorised);
  await refused(hub.registry('registryRead').getTwin(deviceId), unauthorised);
  await refused(hub.registry('service').get(deviceId), unauthorised);
  await refused(hub.registry('device').get(deviceId), unauthorised);
  await refused(hub.registry('registryReadWrite').createQuery('SELECT * FROM devices').next(), unauthorised);
  assert.equal((await hub.owner.get(deviceId)).responseBody.deviceId, deviceId);
});

refuses('access: a token with another key is none', async ({ hub, unique }) => {
  const deviceId = unique();
  const token = hub.serviceToken('iothubowner', { key: Buffer.alloc(32).toString('base64') });
  await refused(hub.registryWithToken(token).create({ deviceId }), unauthorised);
  await refused(hub.owner.get(deviceId), { status: 404 });
});

refuses('access: a token that has expired is none', async ({ hub, unique }) => {
  const deviceId = unique();
  await refused(hub.registryWithToken(hub.serviceToken('iothubowner', { expires: -400 })).create({ deviceId }), { ...unauthorised, says: /expired/ });
  await refused(hub.owner.get(deviceId), { status: 404 });
});

refuses('access: a token for another hub, or another part, is none', async ({ hub, unique }) => {
  const { deviceId } = await hub.device(unique());
  for (const resource of ['another.hub', encodeURIComponent(`${hub.hostName}/devices/${deviceId}x`), encodeURIComponent(`${hub.hostName}/twins`)]) {
    const { status, body } = await hub.request('DELETE', `/devices/${deviceId}`, { token: hub.serviceToken('iothubowner', { resource }) });
    assert.equal(status, 401);
    assert.match(body.Message, /^ErrorCode:IotHubUnauthorizedAccess;/);
  }

  assert.equal((await hub.owner.get(deviceId)).responseBody.deviceId, deviceId);
});

refuses('access: without a token nothing is to be had', async ({ hub }) => {
  for (const token of [null, 'Bearer x', 'SharedAccessSignature sr=x', `${hub.serviceToken()}x&sig=y`]) {
    const { status, body } = await hub.request('GET', '/devices', { token });
    assert.equal(status, 401);
    assert.match(body.Message, /^ErrorCode:IotHubUnauthorizedAccess;/);
  }
});

refuses('access: a device\'s token opens nothing of the service\'s', async ({ hub, unique }) => {
  const made = await hub.device(unique(), { capabilities: { iotEdge: true } });
  const token = hub.deviceToken(made.deviceId, made.authentication.symmetricKey.primaryKey);
  for (const [method, path] of [['GET', `/devices/${made.deviceId}`], ['DELETE', `/devices/${made.deviceId}`], ['GET', '/devices'], ['GET', `/twins/${made.deviceId}`], ['PATCH', `/twins/${made.deviceId}`]]) {
    assert.equal((await hub.request(method, path, { token, body: method === 'PATCH' ? {} : undefined })).status, 401, `${method} ${path}`);
  }

  assert.equal((await hub.owner.get(made.deviceId)).responseBody.etag, made.etag);
});

refuses('access: a device may not touch another\'s modules, nor the runtime\'s', async ({ hub, unique }) => {
  const edge = { capabilities: { iotEdge: true } };
  const [mine, other] = [await hub.device(unique(), edge), await hub.device(unique(), edge)];
  const token = hub.deviceToken(mine.deviceId, mine.authentication.symmetricKey.primaryKey);
  assert.equal((await hub.request('PUT', `/devices/${other.deviceId}/modules/evil`, { token, body: {} })).status, 401);
  assert.equal((await hub.request('GET', `/devices/${other.deviceId}/modules`, { token })).status, 401);
  assert.equal((await hub.request('DELETE', `/devices/${mine.deviceId}/modules/$edgeHub`, { token })).status, 401);
  assert.equal((await hub.owner.getModulesOnDevice(other.deviceId)).responseBody.length, 2);
  assert.equal((await hub.owner.getModulesOnDevice(mine.deviceId)).responseBody.length, 2);
});

refuses('access: a device that is no edge device, or is disabled, makes no modules', async ({ hub, unique }) => {
  for (const more of [{}, { capabilities: { iotEdge: true }, status: 'disabled' }]) {
    const made = await hub.device(unique(), more);
    const token = hub.deviceToken(made.deviceId, made.authentication.symmetricKey.primaryKey);
    assert.equal((await hub.request('PUT', `/devices/${made.deviceId}/modules/m`, { token, body: {} })).status, 401);
  }
});
