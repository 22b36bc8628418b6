import assert from 'node:assert/strict';
import { refused, refuses, works } from '../harness.mjs';

const invalid = { type: 'ArgumentError', status: 400, code: 'ArgumentInvalid' };

const module = (image, more = {}) => ({ version: '1', type: 'docker', status: 'running', restartPolicy: 'always', settings: { image }, ...more });

const base = (modules = {}, more = {}) => ({
  modulesContent: {
    $edgeAgent: {
      'properties.desired': {
        schemaVersion: '1.1',
        runtime: { type: 'docker', settings: { minDockerVersion: 'v1.25' } },
        systemModules: {
          edgeAgent: { type: 'docker', settings: { image: 'edge-agent:1' } },
          edgeHub: { type: 'docker', status: 'running', restartPolicy: 'always', settings: { image: 'edge-hub:1' } },
        },
        modules,
      },
    },
    $edgeHub: { 'properties.desired': { schemaVersion: '1.1', routes: { up: 'FROM /messages/* INTO $upstream' }, storeAndForwardConfiguration: { timeToLiveSecs: 7200 } } },
    ...more,
  },
});

const layer = (paths) => ({ modulesContent: paths });

async function edge(hub, unique, tags = {}) {
  const { deviceId } = await hub.device(unique(), { capabilities: { iotEdge: true } });
  const group = unique('group');
  await hub.owner.updateTwin(deviceId, { tags: { group, ...tags } }, '*');
  return { deviceId, group, target: `tags.group='${group}'` };
}

const desired = async (hub, deviceId, moduleId) => {
  const { $version, $metadata, ...rest } = (await hub.owner.getModuleTwin(deviceId, moduleId)).responseBody.properties.desired;
  return rest;
};

const statuses = async (hub, deviceId) => (await hub.owner.getModuleTwin(deviceId, '$edgeAgent')).responseBody.configurations;

works('configurations: one is made, read, listed, changed and removed', async ({ hub, unique }) => {
  const id = unique('c');
  const made = (await hub.owner.addConfiguration({ id, content: base(), targetCondition: '', priority: 3, labels: { team: 'a' } })).responseBody;
  assert.equal(made.id, id);
  assert.equal(made.schemaVersion, '1.0');
  assert.equal(made.priority, 3);
  assert.ok(made.createdTimeUtc);
  assert.deepEqual((await hub.owner.getConfiguration(id)).responseBody.content, base());
  assert.ok((await hub.owner.getConfigurations()).responseBody.some((one) => one.id === id));
  const changed = (await hub.owner.updateConfiguration({ ...made, priority: 4, labels: { team: 'b' } })).responseBody;
  assert.equal(changed.priority, 4);
  assert.equal(changed.labels.team, 'b');
  assert.notEqual(changed.etag, made.etag);
  await hub.owner.removeConfiguration(id);
  await refused(hub.owner.getConfiguration(id), { status: 404, code: 'ConfigurationNotFound' });
});

works('configurations: content is applied to one device, modules that are new are made', async ({ hub, unique }) => {
  const { deviceId } = await edge(hub, unique);
  const content = base({ head: module('head:1') }, { head: { 'properties.desired': { speed: 3 } } });
  await hub.owner.applyConfigurationContentOnDevice(deviceId, content);
  assert.deepEqual(await desired(hub, deviceId, 'head'), { speed: 3 });
  assert.deepEqual(await desired(hub, deviceId, '$edgeAgent'), content.modulesContent.$edgeAgent['properties.desired']);
  assert.equal((await hub.owner.getModule(deviceId, 'head')).responseBody.managedBy, 'IotEdge');
});

works('configurations: content that is applied replaces what was there and leaves others alone', async ({ hub, unique }) => {
  const { deviceId } = await edge(hub, unique);
  await hub.owner.addModule({ deviceId, moduleId: 'other' });
  await hub.owner.updateModuleTwin(deviceId, 'other', { properties: { desired: { kept: true } } }, '*');
  await hub.owner.applyConfigurationContentOnDevice(deviceId, base({ head: module('head:1') }, { head: { 'properties.desired': { a: 1, b: 2 } } }));
  await hub.owner.applyConfigurationContentOnDevice(deviceId, base({ head: module('head:2') }, { head: { 'properties.desired': { b: 3 } } }));
  assert.deepEqual(await desired(hub, deviceId, 'head'), { b: 3 });
  assert.deepEqual(await desired(hub, deviceId, 'other'), { kept: true });
});

works('configurations: a deployment reaches the devices that it targets, at once', async ({ hub, unique }) => {
  const one = await edge(hub, unique, { ring: 'canary' });
  const two = await edge(hub, unique);
  const id = unique('c');
  await hub.owner.addConfiguration({ id, content: base({ head: module('head:1') }, { head: { 'properties.desired': { x: 1 } } }), targetCondition: `${one.target} AND tags.ring='canary'`, priority: 10 });
  assert.deepEqual(await statuses(hub, one.deviceId), { [id]: { status: 'Applied' } });
  assert.deepEqual(await desired(hub, one.deviceId, 'head'), { x: 1 });
  assert.deepEqual(await statuses(hub, two.deviceId), {});
  await hub.owner.removeConfiguration(id);
});

works('configurations: changing tags moves a device in and out', async ({ hub, unique }) => {
  const { deviceId, target } = await edge(hub, unique);
  const id = unique('c');
  await hub.owner.addConfiguration({ id, content: base(), targetCondition: `${target} AND tags.ring='canary'`, priority: 10 });
  assert.deepEqual(await statuses(hub, deviceId), {});
  await hub.owner.updateTwin(deviceId, { tags: { ring: 'canary' } }, '*');
  assert.deepEqual(await statuses(hub, deviceId), { [id]: { status: 'Applied' } });
  await hub.owner.updateTwin(deviceId, { tags: { ring: null } }, '*');
  assert.deepEqual(await statuses(hub, deviceId), {});
  await hub.owner.removeConfiguration(id);
});

works('configurations: the highest priority wins, and without it the next takes over', async ({ hub, unique }) => {
  const { deviceId, target } = await edge(hub, unique);
  const [low, high] = [unique('low'), unique('high')];
  await hub.owner.addConfiguration({ id: high, content: base({ head: module('head:2') }), targetCondition: target, priority: 20 });
  await hub.owner.addConfiguration({ id: low, content: base({ head: module('head:1') }), targetCondition: target, priority: 10 });
  const image = async () => (await desired(hub, deviceId, '$edgeAgent')).modules.head.settings.image;
  assert.equal(await image(), 'head:2');
  assert.deepEqual(await statuses(hub, deviceId), { [high]: { status: 'Applied' }, [low]: { status: 'Targeted' } });
  await hub.owner.removeConfiguration(high);
  assert.equal(await image(), 'head:1');
  assert.deepEqual(await statuses(hub, deviceId), { [low]: { status: 'Applied' } });
  await hub.owner.removeConfiguration(low);
  assert.equal(await image(), 'head:1');
  assert.deepEqual(await statuses(hub, deviceId), {});
});

works('configurations: of two with one priority the later wins', async ({ hub, unique }) => {
  const { deviceId, target } = await edge(hub, unique);
  const [first, second] = [unique('first'), unique('second')];
  await hub.owner.addConfiguration({ id: first, content: base(), targetCondition: target, priority: 10 });
  await hub.owner.addConfiguration({ id: second, content: base(), targetCondition: target, priority: 10 });
  assert.deepEqual(await statuses(hub, deviceId), { [first]: { status: 'Targeted' }, [second]: { status: 'Applied' } });
  await hub.owner.removeConfiguration(first);
  await hub.owner.removeConfiguration(second);
});

works('configurations: layers lie on the base, the higher one wins for each key', async ({ hub, unique }) => {
  const { deviceId, target } = await edge(hub, unique);
  const ids = [unique('base'), unique('under'), unique('middle'), unique('top')];
  await hub.owner.addConfiguration({ id: ids[0], content: base({ head: module('head:1') }, { head: { 'properties.desired': { a: 1, publish: { every: 5, size: 1 } } } }), targetCondition: target, priority: 10 });
  await hub.owner.addConfiguration({ id: ids[1], content: layer({ $edgeAgent: { 'properties.desired.modules.never': module('never:1') } }), targetCondition: target, priority: 10 });
  await hub.owner.addConfiguration({ id: ids[3], content: layer({ head: { 'properties.desired.publish': { every: 9 } } }), targetCondition: target, priority: 30 });
  await hub.owner.addConfiguration({ id: ids[2], content: layer({ $edgeAgent: { 'properties.desired.modules.tail': module('tail:1') }, head: { 'properties.desired.publish': { every: 7 } } }), targetCondition: target, priority: 20 });
  const agent = await desired(hub, deviceId, '$edgeAgent');
  assert.deepEqual(Object.keys(agent.modules).sort(), ['head', 'tail']);
  assert.deepEqual(await desired(hub, deviceId, 'head'), { a: 1, publish: { every: 9 } });
  assert.deepEqual(await statuses(hub, deviceId), {
    [ids[0]]: { status: 'Applied' }, [ids[1]]: { status: 'Targeted' }, [ids[2]]: { status: 'Applied' }, [ids[3]]: { status: 'Applied' },
  });
  for (const id of ids) {
    await hub.owner.removeConfiguration(id);
  }
});

works('configurations: metrics count, the hub\'s and one\'s own', async ({ hub, unique }) => {
  const { deviceId, target } = await edge(hub, unique);
  await edge(hub, unique);
  const id = unique('c');
  await hub.owner.addConfiguration({
    id, content: base(), targetCondition: target, priority: 10,
    metrics: { queries: { mine: `SELECT deviceId FROM devices.modules WHERE deviceId = '${deviceId}' AND moduleId = '$edgeAgent'` } },
  });
  const { systemMetrics, metrics } = (await hub.owner.getConfiguration(id)).responseBody;
  assert.deepEqual(systemMetrics.results, { appliedCount: 1, reportedFailedCount: 0, reportedSuccessfulCount: 0, targetedCount: 1 });
  assert.match(systemMetrics.queries.appliedCount, /configurations\.\[\[/);
  assert.deepEqual(metrics.results, { mine: 1 });
  await hub.owner.removeConfiguration(id);
});

works('configurations: a condition and queries can be tried', async ({ hub }) => {
  const { status, body } = await hub.request('POST', '/configurations/testQueries', { body: { targetCondition: 'tags.x = "y"', customMetricQueries: { good: 'SELECT * FROM devices', bad: 'SELECT' } } });
  assert.equal(status, 200);
  assert.match(body.targetConditionError, /double quote.*position 10/);
  assert.deepEqual(Object.keys(body.customMetricQueryErrors), ['bad']);
});

refuses('configurations: content never changes once it is made', async ({ hub, unique }) => {
  const id = unique('c');
  const made = (await hub.owner.addConfiguration({ id, content: base(), targetCondition: '', priority: 1 })).responseBody;
  await refused(hub.owner.updateConfiguration({ ...made, content: base({ head: module('head:1') }) }), { ...invalid, says: /content.*cannot change/ });
  assert.deepEqual((await hub.owner.getConfiguration(id)).responseBody, made);
  await hub.owner.removeConfiguration(id);
});

refuses('configurations: one that is there is not made again', async ({ hub, unique }) => {
  const id = unique('c');
  const made = (await hub.owner.addConfiguration({ id, content: base(), targetCondition: '', priority: 1 })).responseBody;
  await refused(hub.owner.addConfiguration({ id, content: base(), targetCondition: '*', priority: 99 }), { status: 409, code: 'ConfigurationAlreadyExists' });
  assert.deepEqual((await hub.owner.getConfiguration(id)).responseBody, made);
  await hub.owner.removeConfiguration(id);
});

refuses('configurations: an old etag changes nothing', async ({ hub, unique }) => {
  const id = unique('c');
  const made = (await hub.owner.addConfiguration({ id, content: base(), targetCondition: '', priority: 1 })).responseBody;
  await hub.owner.updateConfiguration({ ...made, priority: 2 });
  await refused(hub.owner.updateConfiguration({ ...made, priority: 3 }), { type: 'InvalidEtagError', status: 412, code: 'PreconditionFailed' });
  assert.equal((await hub.owner.getConfiguration(id)).responseBody.priority, 2);
  await hub.owner.removeConfiguration(id);
});

refuses('configurations: content that is wrong is refused by its path', async ({ hub, unique }) => {
  const id = unique('c');
  for (const [content, says] of [
    [base({ head: { ...module('head:1'), status: 'sleeping' } }), /modules\.head\.status/],
    [base({ head: { ...module('head:1'), colour: 'red' } }), /modules\.head.*colour/],
    [base({ head: { ...module('head:1'), type: 'process' } }), /modules\.head\.type/],
    [{ modulesContent: { ...base().modulesContent, $edgeHub: { 'properties.desired': { schemaVersion: '1.1', routes: { r: 'FROM nowhere' }, storeAndForwardConfiguration: { timeToLiveSecs: 1 } } } } }, /routes\.r/],
    [{ deviceContent: { 'properties.desired.x': 1 } }, /deviceContent is not supported/],
  ]) {
    await refused(hub.owner.addConfiguration({ id, content, targetCondition: '', priority: 1 }), { ...invalid, says });
  }

  await refused(hub.owner.getConfiguration(id), { status: 404 });
});

refuses('configurations: a condition or metric that is not supported is refused by name and place', async ({ hub, unique }) => {
  const id = unique('c');
  for (const [targetCondition, says] of [
    ["tags.a = \"b\"", /double quote/],
    ["STARTSWITH(deviceId, 'x')", /STARTSWITH is not supported.*position 1/],
    ["connectionState = 'Connected'", /'connectionState' is no property/],
    ["tags.a = 'b' ORDER", /'ORDER' is not supported \(position 14\)/],
    ["tags.a = 'b", /not closed/],
  ]) {
    await refused(hub.owner.addConfiguration({ id, content: base(), targetCondition, priority: 1 }), { ...invalid, says });
  }

  await refused(hub.owner.addConfiguration({ id, content: base(), targetCondition: '', priority: 1, metrics: { queries: { m: 'SELECT nothing' } } }), { ...invalid, says: /metrics\.queries\.m/ });
  await refused(hub.owner.getConfiguration(id), { status: 404 });
});

refuses('configurations: ids, priorities and the number of metrics have limits', async ({ hub, unique }) => {
  await refused(hub.owner.addConfiguration({ id: unique('c').toUpperCase(), content: base(), targetCondition: '', priority: 1 }), invalid);
  const id = unique('c');
  await refused(hub.owner.addConfiguration({ id, content: base(), targetCondition: '', priority: -1 }), { ...invalid, says: /priority/ });
  const queries = Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`m${i}`, 'SELECT * FROM devices']));
  await refused(hub.owner.addConfiguration({ id, content: base(), targetCondition: '', priority: 1, metrics: { queries } }), { ...invalid, says: /metrics\.queries/ });
  const many = Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`m${i}`, { 'properties.desired': {} }]));
  await refused(hub.owner.addConfiguration({ id, content: base({}, many), targetCondition: '', priority: 1 }), { ...invalid, says: /modules/ });
  await refused(hub.owner.getConfiguration(id), { status: 404 });
});

refuses('configurations: content is applied to edge devices that are there, and only whole', async ({ hub, unique }) => {
  await refused(hub.owner.applyConfigurationContentOnDevice(unique(), base()), { type: 'DeviceNotFoundError', status: 404, code: 'DeviceNotFound' });
  const plain = await hub.device(unique());
  await refused(hub.owner.applyConfigurationContentOnDevice(plain.deviceId, base()), { ...invalid, says: /no edge device/ });
  const { deviceId } = await edge(hub, unique);
  await refused(hub.owner.applyConfigurationContentOnDevice(deviceId, layer({ $edgeAgent: { 'properties.desired.modules.m': module('m:1') } })), invalid);
  await refused(hub.owner.applyConfigurationContentOnDevice(deviceId, base({ head: { ...module('x:1'), restartPolicy: 'sometimes' } })), { ...invalid, says: /restartPolicy/ });
  assert.deepEqual(await desired(hub, deviceId, '$edgeAgent'), {});
});
