import assert from 'node:assert/strict';
import { refused, refuses, works } from '../harness.mjs';

works('registry: a device is created with two keys of 32 bytes', async ({ hub, unique }) => {
  const deviceId = unique();
  const made = (await hub.owner.create({ deviceId, status: 'enabled', statusReason: 'new' })).responseBody;
  assert.equal(made.deviceId, deviceId);
  assert.equal(made.status, 'enabled');
  assert.equal(made.statusReason, 'new');
  assert.equal(made.connectionState, 'Disconnected');
  assert.equal(made.authentication.type, 'sas');
  const { primaryKey, secondaryKey } = made.authentication.symmetricKey;
  assert.equal(Buffer.from(primaryKey, 'base64').length, 32);
  assert.equal(Buffer.from(secondaryKey, 'base64').length, 32);
  assert.notEqual(primaryKey, secondaryKey);
  assert.match(made.generationId, /^\d+$/);
  assert.deepEqual((await hub.owner.get(deviceId)).responseBody, made);
});

works('registry: keys of one\'s own are kept', async ({ hub, unique }) => {
  const symmetricKey = { primaryKey: Buffer.alloc(32, 1).toString('base64'), secondaryKey: Buffer.alloc(32, 2).toString('base64') };
  const made = await hub.device(unique(), { authentication: { type: 'sas', symmetricKey } });
  assert.deepEqual(made.authentication.symmetricKey, symmetricKey);
});

works('registry: every character of the alphabet may stand in an id', async ({ hub, unique }) => {
  const deviceId = `${unique()}-:.+%_#*?!(),=@$'`;
  await hub.device(deviceId);
  assert.equal((await hub.owner.get(deviceId)).responseBody.deviceId, deviceId);
  assert.equal((await hub.owner.getTwin(deviceId)).responseBody.deviceId, deviceId);
  await hub.owner.delete(deviceId);
});

works('registry: an edge device comes with the runtime\'s modules', async ({ hub, unique }) => {
  const made = await hub.device(unique(), { capabilities: { iotEdge: true } });
  assert.equal(made.capabilities.iotEdge, true);
  assert.match(made.deviceScope, /^ms-azure-iot-edge:\/\//);
  const modules = (await hub.owner.getModulesOnDevice(made.deviceId)).responseBody;
  assert.deepEqual(modules.map((module) => module.moduleId), ['$edgeAgent', '$edgeHub']);
  assert.equal((await hub.owner.getModule(made.deviceId, '$edgeAgent')).responseBody.managedBy, 'IotEdge');
});

works('registry: devices are listed', async ({ hub, unique }) => {
  const ids = [unique('a'), unique('b')];
  await Promise.all(ids.map((id) => hub.device(id)));
  const listed = (await hub.owner.list()).responseBody.map((device) => device.deviceId);
  assert.ok(ids.every((id) => listed.includes(id)));
});

works('registry: an update with the etag changes what it says and keeps the keys', async ({ hub, unique }) => {
  const made = await hub.device(unique());
  const updated = (await hub.owner.update({ deviceId: made.deviceId, etag: made.etag, status: 'disabled', statusReason: 'sold' })).responseBody;
  assert.equal(updated.status, 'disabled');
  assert.equal(updated.statusReason, 'sold');
  assert.notEqual(updated.etag, made.etag);
  assert.equal(updated.generationId, made.generationId);
  assert.deepEqual(updated.authentication.symmetricKey, made.authentication.symmetricKey);
  assert.notEqual(updated.statusUpdatedTime, made.statusUpdatedTime);
});

works('registry: a device that comes back has another generation and other keys', async ({ hub, unique }) => {
  const first = await hub.device(unique());
  await hub.owner.delete(first.deviceId);
  const second = await hub.device(first.deviceId);
  assert.notEqual(second.generationId, first.generationId);
  assert.notEqual(second.authentication.symmetricKey.primaryKey, first.authentication.symmetricKey.primaryKey);
  assert.notEqual(second.etag, first.etag);
});

works('registry: many devices are made and removed in one request', async ({ hub, unique }) => {
  const devices = Array.from({ length: 5 }, () => ({ deviceId: unique() }));
  assert.equal((await hub.owner.addDevices(devices)).responseBody.isSuccessful, true);
  for (const { deviceId } of devices) {
    assert.equal((await hub.owner.get(deviceId)).responseBody.status, 'enabled');
  }

  assert.equal((await hub.owner.removeDevices(devices, true)).responseBody.isSuccessful, true);
  await refused(hub.owner.get(devices[0].deviceId), { status: 404 });
});

works('registry: statistics count enabled and disabled devices', async ({ hub, unique }) => {
  const before = (await hub.owner.getRegistryStatistics()).responseBody;
  await hub.device(unique());
  await hub.device(unique(), { status: 'disabled' });
  const after = (await hub.owner.getRegistryStatistics()).responseBody;
  assert.equal(after.totalDeviceCount, before.totalDeviceCount + 2);
  assert.equal(after.enabledDeviceCount, before.enabledDeviceCount + 1);
  assert.equal(after.disabledDeviceCount, before.disabledDeviceCount + 1);
});

works('registry: modules are made, listed, changed and removed', async ({ hub, unique }) => {
  const { deviceId } = await hub.device(unique());
  await hub.owner.addModule({ deviceId, moduleId: 'head', managedBy: 'me' });
  const made = (await hub.owner.getModule(deviceId, 'head')).responseBody;
  assert.equal(made.managedBy, 'me');
  assert.equal(made.authentication.type, 'sas');
  await hub.owner.updateModule({ ...made, managedBy: 'you' });
  assert.equal((await hub.owner.getModule(deviceId, 'head')).responseBody.managedBy, 'you');
  assert.equal((await hub.owner.getModulesOnDevice(deviceId)).responseBody.length, 1);
  await hub.owner.removeModule(deviceId, 'head');
  assert.deepEqual((await hub.owner.getModulesOnDevice(deviceId)).responseBody, []);
});

refuses('registry: a device that is there is not created again', async ({ hub, unique }) => {
  const made = await hub.device(unique());
  await refused(hub.owner.create({ deviceId: made.deviceId, status: 'disabled' }), { type: 'DeviceAlreadyExistsError', status: 409, code: 'DeviceAlreadyExists' });
  assert.deepEqual((await hub.owner.get(made.deviceId)).responseBody, made);
});

refuses('registry: a device that is not there is not found', async ({ hub, unique }) => {
  await refused(hub.owner.get(unique()), { type: 'DeviceNotFoundError', status: 404, code: 'DeviceNotFound' });
  await refused(hub.owner.delete(unique()), { type: 'DeviceNotFoundError', status: 404, code: 'DeviceNotFound' });
});

refuses('registry: an update with an old etag changes nothing', async ({ hub, unique }) => {
  const { module } = await hub.module(unique());
  await hub.owner.updateModule({ ...module, managedBy: 'first' });
  await refused(hub.owner.updateModule({ ...module, managedBy: 'second' }), { type: 'InvalidEtagError', status: 412, code: 'PreconditionFailed' });
  assert.equal((await hub.owner.getModule(module.deviceId, 'm')).responseBody.managedBy, 'first');
  const device = (await hub.owner.get(module.deviceId)).responseBody;
  const update = (statusReason) => hub.request('PUT', `/devices/${device.deviceId}`, { body: { ...device, statusReason }, headers: { 'if-match': `"${device.etag}"` } });
  assert.equal((await update('first')).status, 200);
  assert.equal((await update('second')).status, 412);
  assert.equal((await hub.owner.get(device.deviceId)).responseBody.statusReason, 'first');
});

refuses('registry: a removal with an old etag removes nothing', async ({ hub, unique }) => {
  const made = await hub.device(unique());
  await hub.owner.update({ deviceId: made.deviceId, etag: made.etag, statusReason: 'first' });
  const { status, body } = await hub.request('DELETE', `/devices/${made.deviceId}`, { headers: { 'if-match': `"${made.etag}"` } });
  assert.equal(status, 412);
  assert.match(body.Message, /^ErrorCode:PreconditionFailed;/);
  assert.equal((await hub.owner.get(made.deviceId)).responseBody.statusReason, 'first');
});

refuses('registry: an id with a character of no alphabet is no id', async ({ hub }) => {
  await refused(hub.owner.create({ deviceId: 'a b' }), { type: 'ArgumentError', status: 400, code: 'IotHubFormatError' });
  await refused(hub.owner.create({ deviceId: 'x'.repeat(129) }), { type: 'ArgumentError', status: 400, code: 'IotHubFormatError' });
});

refuses('registry: the id of the body must be that of the path', async ({ hub, unique }) => {
  const deviceId = unique();
  const { status, body } = await hub.request('PUT', `/devices/${deviceId}`, { body: { deviceId: 'another' } });
  assert.equal(status, 400);
  assert.match(body.Message, /^ErrorCode:ArgumentInvalid;.*another/);
  await refused(hub.owner.get(deviceId), { status: 404 });
});

refuses('registry: a key that is no base64, or comes alone, makes no device', async ({ hub, unique }) => {
  const deviceId = unique();
  const good = Buffer.alloc(32, 7).toString('base64');
  await refused(hub.owner.create({ deviceId, authentication: { type: 'sas', symmetricKey: { primaryKey: 'not base64', secondaryKey: good } } }), { type: 'ArgumentError', status: 400, code: 'ArgumentInvalid' });
  const alone = await hub.request('PUT', `/devices/${deviceId}`, { body: { deviceId, authentication: { type: 'sas', symmetricKey: { primaryKey: good } } } });
  assert.equal(alone.status, 400);
  await refused(hub.owner.get(deviceId), { status: 404 });
});

refuses('registry: a body that is no JSON, or of the wrong shape, is refused', async ({ hub, unique }) => {
  const path = `/devices/${unique()}`;
  assert.equal((await hub.request('PUT', path, { raw: '{"deviceId":' })).status, 400);
  assert.equal((await hub.request('PUT', path, { raw: '[]' })).status, 400);
  assert.equal((await hub.request('PUT', path, { raw: '{"status":"enabled","status":"disabled"}' })).status, 400);
  assert.equal((await hub.request('PUT', path, { body: { status: 'sleepy' } })).status, 400);
  assert.equal((await hub.request('GET', path)).status, 404);
});

refuses('registry: a body of more than a mebibyte is too large', async ({ hub, unique }) => {
  const answer = await hub.request('PUT', `/devices/${unique()}`, { body: { statusReason: 'x'.repeat(1024 * 1024) } }).catch((error) => error);
  assert.ok(answer.status === 413 || answer.code === 'EPIPE' || answer.code === 'ECONNRESET', String(answer.status ?? answer));
});

refuses('registry: a module needs its device', async ({ hub, unique }) => {
  await refused(hub.owner.addModule({ deviceId: unique(), moduleId: 'm' }), { type: 'DeviceNotFoundError', status: 404, code: 'DeviceNotFound' });
});

refuses('registry: a module that is there is not made again', async ({ hub, unique }) => {
  const { module } = await hub.module(unique());
  await refused(hub.owner.addModule({ deviceId: module.deviceId, moduleId: 'm' }), { status: 409, code: 'ModuleAlreadyExistsOnDevice' });
  assert.deepEqual((await hub.owner.getModule(module.deviceId, 'm')).responseBody, module);
});

refuses('registry: a module that is not there is not found', async ({ hub, unique }) => {
  const { deviceId } = await hub.device(unique());
  await refused(hub.owner.getModule(deviceId, 'nobody'), { status: 404, code: 'ModuleNotFound' });
  await refused(hub.owner.removeModule(deviceId, 'nobody'), { status: 404, code: 'ModuleNotFound' });
});

refuses('registry: a device has at most 50 modules', async ({ hub, unique }) => {
  const { deviceId } = await hub.device(unique());
  for (let i = 0; i < 50; i++) {
    await hub.owner.addModule({ deviceId, moduleId: `m${i}` });
  }

  await refused(hub.owner.addModule({ deviceId, moduleId: 'one-more' }), { status: 413, code: 'TooManyModulesOnDevice' });
  assert.equal((await hub.owner.getModulesOnDevice(deviceId)).responseBody.length, 50);
});

refuses('registry: what fails in a request about many is told, and the rest is done', async ({ hub, unique }) => {
  const known = await hub.device(unique());
  const fresh = unique();
  const { status, body } = await hub.request('POST', '/devices', { body: [{ id: known.deviceId, importMode: 'create' }, { id: fresh, importMode: 'create' }] });
  assert.equal(status, 400);
  assert.equal(body.isSuccessful, false);
  assert.deepEqual(body.errors.map((error) => [error.deviceId, error.errorCode]), [[known.deviceId, 409001]]);
  assert.equal((await hub.owner.get(fresh)).responseBody.deviceId, fresh);
});

refuses('registry: more than 100 devices in one request are too many', async ({ hub, unique }) => {
  const first = unique();
  const items = Array.from({ length: 101 }, (_, i) => ({ id: i === 0 ? first : unique(), importMode: 'create' }));
  const { status, body } = await hub.request('POST', '/devices', { body: items });
  assert.equal(status, 400);
  assert.match(body.Message, /^ErrorCode:ArgumentInvalid;/);
  await refused(hub.owner.get(first), { status: 404 });
});

refuses('registry: a call that does not exist is told apart from a device that does not', async ({ hub }) => {
  const { status, body } = await hub.request('GET', '/nothing/here');
  assert.equal(status, 404);
  assert.match(body.Message, /There is no call GET \/nothing\/here/);
  const other = await hub.request('PATCH', '/devices/x', { body: {} });
  assert.equal(other.status, 405);
  assert.match(other.body.Message, /There is no call PATCH/);
});
