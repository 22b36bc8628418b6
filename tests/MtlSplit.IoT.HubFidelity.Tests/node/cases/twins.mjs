import assert from 'node:assert/strict';
import { refused, refuses, works } from '../harness.mjs';

const invalid = { type: 'ArgumentError', status: 400, code: 'ArgumentInvalid' };

works('twins: a new twin is empty, its sections have version 1', async ({ hub, unique }) => {
  const { deviceId } = await hub.device(unique());
  const twin = (await hub.owner.getTwin(deviceId)).responseBody;
  assert.deepEqual(twin.tags, {});
  assert.equal(twin.properties.desired.$version, 1);
  assert.equal(twin.properties.reported.$version, 1);
  assert.ok(twin.properties.desired.$metadata.$lastUpdated);
  assert.equal(twin.status, 'enabled');
  assert.equal(twin.authenticationType, 'sas');
});

works('twins: a patch merges, null deletes, the version rises by one', async ({ hub, unique }) => {
  const { deviceId } = await hub.device(unique());
  await hub.owner.updateTwin(deviceId, { tags: { place: { city: 'Bonn', room: 1 } }, properties: { desired: { a: { b: 1, c: 2 } } } }, '*');
  const twin = (await hub.owner.updateTwin(deviceId, { tags: { place: { room: null } }, properties: { desired: { a: { c: null, d: [1, 2] } } } }, '*')).responseBody;
  assert.deepEqual(twin.tags, { place: { city: 'Bonn' } });
  const { $version, $metadata, ...desired } = twin.properties.desired;
  assert.deepEqual(desired, { a: { b: 1, d: [1, 2] } });
  assert.equal($version, 3);
  assert.equal($metadata.a.b.$lastUpdatedVersion, 2);
  assert.equal($metadata.a.d.$lastUpdatedVersion, 3);
  assert.equal($metadata.a.c, undefined);
});

works('twins: tags alone leave the version of desired properties as it is', async ({ hub, unique }) => {
  const { deviceId } = await hub.device(unique());
  const before = (await hub.owner.getTwin(deviceId)).responseBody;
  const after = (await hub.owner.updateTwin(deviceId, { tags: { ring: 'canary' } }, before.etag)).responseBody;
  assert.equal(after.properties.desired.$version, before.properties.desired.$version);
  assert.equal(after.version, before.version + 1);
  assert.notEqual(after.etag, before.etag);
});

works('twins: PUT replaces what it names', async ({ hub, unique }) => {
  const { deviceId } = await hub.device(unique());
  await hub.owner.updateTwin(deviceId, { tags: { a: 1 }, properties: { desired: { x: 1, y: 2 } } }, '*');
  const { status, body } = await hub.request('PUT', `/twins/${deviceId}`, { body: { properties: { desired: { z: 3 } } }, headers: { 'if-match': '"*"' } });
  assert.equal(status, 200);
  const { $version, $metadata, ...desired } = body.properties.desired;
  assert.deepEqual(desired, { z: 3 });
  assert.equal($version, 3);
  assert.deepEqual(body.tags, { a: 1 });
});

works('twins: a whole twin that was read can be written back', async ({ hub, unique }) => {
  const { deviceId } = await hub.device(unique());
  const twin = (await hub.owner.updateTwin(deviceId, { tags: { a: 1 }, properties: { desired: { x: 1 } } }, '*')).responseBody;
  const { status, body } = await hub.request('PUT', `/twins/${deviceId}`, { body: { ...twin, tags: { a: 2 } }, headers: { 'if-match': `"${twin.etag}"` } });
  assert.equal(status, 200);
  assert.equal(body.tags.a, 2);
  assert.equal(body.properties.desired.x, 1);
});

works('twins: a module has a twin of its own', async ({ hub, unique }) => {
  const { module } = await hub.module(unique());
  const twin = (await hub.owner.updateModuleTwin(module.deviceId, 'm', { tags: { t: 1 }, properties: { desired: { speed: 3 } } }, '*')).responseBody;
  assert.equal(twin.moduleId, 'm');
  assert.equal(twin.properties.desired.speed, 3);
  assert.equal((await hub.owner.getModuleTwin(module.deviceId, 'm')).responseBody.tags.t, 1);
  assert.equal((await hub.owner.getTwin(module.deviceId)).responseBody.properties.desired.speed, undefined);
});

works('twins: the twin object of the SDK updates itself', async ({ hub, unique }) => {
  const { deviceId } = await hub.device(unique());
  const twin = (await hub.owner.getTwin(deviceId)).responseBody;
  const updated = (await twin.update({ properties: { desired: { interval: 5 } } })).responseBody ?? twin;
  assert.equal(updated.properties.desired.interval, 5);
});

refuses('twins: an old etag changes nothing', async ({ hub, unique }) => {
  const { deviceId } = await hub.device(unique());
  const { etag } = (await hub.owner.getTwin(deviceId)).responseBody;
  const first = (await hub.owner.updateTwin(deviceId, { tags: { a: 1 } }, etag)).responseBody;
  await refused(hub.owner.updateTwin(deviceId, { tags: { a: 2 } }, etag), { type: 'InvalidEtagError', status: 412, code: 'PreconditionFailed' });
  const now = (await hub.owner.getTwin(deviceId)).responseBody;
  assert.equal(now.tags.a, 1);
  assert.equal(now.etag, first.etag);
});

refuses('twins: a device or module that is not there has none', async ({ hub, unique }) => {
  await refused(hub.owner.getTwin(unique()), { type: 'DeviceNotFoundError', status: 404, code: 'DeviceNotFound' });
  const { deviceId } = await hub.device(unique());
  await refused(hub.owner.updateModuleTwin(deviceId, 'nobody', { tags: {} }, '*'), { status: 404, code: 'ModuleNotFound' });
});

refuses('twins: tags over 8 KB are too large', async ({ hub, unique }) => {
  const { deviceId } = await hub.device(unique());
  const tags = Object.fromEntries(Array.from({ length: 3 }, (_, i) => [`t${i}`, 'x'.repeat(3000)]));
  await refused(hub.owner.updateTwin(deviceId, { tags }, '*'), { ...invalid, says: /tags/ });
  assert.deepEqual((await hub.owner.getTwin(deviceId)).responseBody.tags, {});
});

refuses('twins: desired properties over 32 KB are too large, and what comes on top counts', async ({ hub, unique }) => {
  const { deviceId } = await hub.device(unique());
  const part = (name, count) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`${name}${i}`, 'x'.repeat(4000)]));
  await hub.owner.updateTwin(deviceId, { properties: { desired: part('a', 7) } }, '*');
  await refused(hub.owner.updateTwin(deviceId, { properties: { desired: part('b', 7) } }, '*'), { ...invalid, says: /desired/ });
  const { desired } = (await hub.owner.getTwin(deviceId)).responseBody.properties;
  assert.equal(desired.b0, undefined);
  assert.equal(desired.$version, 2);
});

refuses('twins: names, depth, strings and numbers have limits', async ({ hub, unique }) => {
  const { deviceId } = await hub.device(unique());
  const deep = (levels) => (levels === 0 ? 1 : { n: deep(levels - 1) });
  for (const desired of [{ 'a.b': 1 }, { $a: 1 }, { 'a b': 1 }, { 'a#': 1 }, deep(12), { s: 'x'.repeat(4097) }, { n: 2 ** 53 }, { list: [null] }, { ['k'.repeat(1025)]: 1 }]) {
    await refused(hub.owner.updateTwin(deviceId, { properties: { desired } }, '*'), invalid);
  }

  assert.equal((await hub.owner.getTwin(deviceId)).responseBody.properties.desired.$version, 1);
});

refuses('twins: a service does not write what the device reports', async ({ hub, unique }) => {
  const { deviceId } = await hub.device(unique());
  const twin = (await hub.owner.updateTwin(deviceId, { properties: { reported: { lie: true } } }, '*')).responseBody;
  assert.equal(twin.properties.reported.lie, undefined);
  assert.equal(twin.properties.reported.$version, 1);
});

refuses('twins: sections that are no objects are refused', async ({ hub, unique }) => {
  const { deviceId } = await hub.device(unique());
  for (const body of [{ tags: 1 }, { tags: [] }, { properties: [] }, { properties: { desired: 'x' } }, { deviceId: 'another' }]) {
    const { status, body: answer } = await hub.request('PATCH', `/twins/${deviceId}`, { body });
    assert.equal(status, 400, JSON.stringify(body));
    assert.match(answer.Message, /^ErrorCode:ArgumentInvalid;/);
  }
});
