// Microsoft's client as a module of an edge device: started by our runtime, let in by its workload API, talking to its edgeHub.
import assert from 'node:assert/strict';
import { lives, module } from '../edge/device.mjs';
import { refused, refuses, until, works } from '../harness.mjs';

const routes = {
  up: 'FROM /messages/modules/m/outputs/up INTO $upstream',
  across: 'FROM /messages/modules/m/outputs/across INTO BrokeredEndpoint("/modules/sink/inputs/in")',
  hot: "FROM /messages/modules/m/outputs/sorted WHERE kind = 'hot' INTO $upstream",
  echo: 'FROM /messages/modules/sink/outputs/echo INTO $upstream',
};
const usual = { m: module({ env: { MOOD: 'good' } }), sink: module() };

/** The device with its usual deployment: two modules, routed up and across. */
async function ready(hub) {
  const edge = await hub.edge();
  await edge.deploy(usual, routes);
  return edge;
}

const pidOf = async (edge, moduleId) => (await edge.twin(moduleId)).properties.reported.pid;

works('edge: a module starts from its environment, and the hub shows it as connected', async ({ hub }) => {
  const edge = await ready(hub);
  const reported = await edge.reports('m', ({ mood }) => mood === 'good', 'the module reports');
  assert.ok(lives(reported.pid));
  const { IOTEDGE_AUTHSCHEME: scheme, IOTEDGE_WORKLOADURI: workload, IOTEDGE_DEVICEID: deviceId, IOTEDGE_MODULEID: moduleId, EdgeHubConnectionString: text } = edge.environmentOf(reported.pid);
  assert.deepEqual([scheme, deviceId, moduleId, text], ['sasToken', edge.deviceId, 'm', undefined]);
  assert.match(workload, /^unix:\/\//);
  assert.equal((await hub.owner.getModule(edge.deviceId, 'm')).responseBody.connectionState, 'Connected');
  await edge.reports('$edgeHub', ({ clients }) => clients[`${edge.deviceId}/m`]?.status === 'Connected', 'edgeHub shows it');
});

works('edge: a module hears of a change of its desired properties, and of what was taken away', async ({ hub }) => {
  const edge = await ready(hub);
  const { etag } = await edge.twin('m');
  await hub.owner.updateModuleTwin(edge.deviceId, 'm', { properties: { desired: { wish: { a: 1, b: [1, 'ü'] } } } }, etag);
  const { seen } = await edge.reports('m', ({ wanted }) => wanted === '{"wish":{"a":1,"b":[1,"ü"]}}', 'the change is seen');
  assert.equal(seen, (await edge.twin('m')).properties.desired.$version);
  await hub.owner.updateModuleTwin(edge.deviceId, 'm', { properties: { desired: { wish: null } } }, '*');
  await edge.reports('m', ({ wanted }) => wanted === '{}', 'the removal is seen');
});

works('edge: a module reads its twin as the hub has it', async ({ hub }) => {
  const edge = await ready(hub);
  await edge.ask('m', 'report', { read: { back: 5 } });
  await edge.reports('m', ({ read }) => read?.back === 5, 'the hub has it');
  const own = await edge.ask('m', 'twin');
  const { properties } = await edge.twin('m');
  assert.deepEqual(own.reported.read, { back: 5 });
  assert.equal(own.desired.$version, properties.desired.$version);
  assert.ok(own.reported.$version > 1);
});

works('edge: what a module reports is merged, and null takes away', async ({ hub }) => {
  const edge = await ready(hub);
  await edge.ask('m', 'report', { merged: { a: 1, b: 2 } });
  await edge.ask('m', 'report', { merged: { a: null, c: 3 } });
  await edge.reports('m', ({ merged }) => JSON.stringify(merged) === '{"b":2,"c":3}', 'both are merged');
});

works('edge: a module is called from the cloud, calls at once each get their own answer', async ({ hub }) => {
  const edge = await ready(hub);
  const answers = await Promise.all([1, 2, 3, 4, 5].map((n) => edge.ask('m', 'echo', { n })));
  assert.deepEqual(answers, [1, 2, 3, 4, 5].map((n) => ({ n })));
});

works('edge: messages of an output go up by their route, in order and whole', async ({ hub }) => {
  const edge = await ready(hub);
  const start = await hub.lastEvent();
  const texts = Array.from({ length: 50 }, (_, i) => String(i));
  await edge.ask('m', 'send', { output: 'up', texts, properties: { 'a b': 'ü&=' }, mid: 'id 1', type: 'text/plain' });
  const events = await edge.events('m', start, 50);
  assert.deepEqual(events.map(({ text }) => text), texts);
  const [{ properties, systemProperties: { '$.mid': mid, '$.ct': type, '$.on': output, '$.cdid': sender, '$.cmid': senderModule } }] = events;
  assert.deepEqual(properties, { 'a b': 'ü&=' });
  assert.deepEqual([mid, type, output, sender, senderModule], ['id 1', 'text/plain', 'up', edge.deviceId, 'm']);
});

works('edge: messages go across to another module\'s input, and its answers up', async ({ hub }) => {
  const edge = await ready(hub);
  const start = await hub.lastEvent();
  await edge.ask('sink', 'forget');
  await edge.ask('m', 'send', { output: 'across', texts: ['one', 'two', 'three'], properties: { from: 'm' }, mid: 'id 2', type: 'text/plain' });
  assert.deepEqual((await edge.events('sink', start, 3)).map(({ text }) => text), ['echo one', 'echo two', 'echo three']);
  const heard = await edge.ask('sink', 'heard');
  assert.deepEqual(heard.map(({ input, text, mid, properties }) => [input, text, mid, properties.from]), ['one', 'two', 'three'].map((text) => ['in', text, 'id 2', 'm']));
});

works('edge: a route\'s condition decides message by message', async ({ hub }) => {
  const edge = await ready(hub);
  const start = await hub.lastEvent();
  await edge.ask('m', 'send', { output: 'sorted', texts: ['1'], properties: { kind: 'cold' } });
  await edge.ask('m', 'send', { output: 'sorted', texts: ['2'], properties: { kind: 'hot' } });
  await edge.ask('m', 'send', { output: 'sorted', texts: ['3'] });
  await edge.ask('m', 'send', { output: 'up', texts: ['last'] });
  assert.deepEqual((await edge.events('m', start, 2)).map(({ text }) => text), ['2', 'last']);
});

works('edge: a module calls another one on the device', async ({ hub }) => {
  const edge = await ready(hub);
  const answer = await edge.ask('m', 'call', { module: 'sink', method: 'echo', payload: { over: 'there' }, port: edge.methodPort });
  assert.deepEqual([answer.status, answer.payload], [200, { over: 'there' }]);
});

works('edge: tokens are renewed by new connections, and nothing is lost meanwhile', async ({ hub }) => {
  const edge = await hub.edge();
  await edge.deploy({ ...usual, m: module({ env: { TOKEN_SECONDS: '12' } }) }, routes);
  const pid = await pidOf(edge, 'm');
  const start = await hub.lastEvent();
  const count = 300;
  await until(() => edge.call('m', 'stream', { output: 'up', count, every: 25 }, 5).then(({ status }) => status === 200, () => false), 'the stream begins');
  const connections = new Set();
  await until(async () => {
    const { lastConnectedTimeUtc } = (await edge.twin('$edgeHub')).properties.reported.clients[`${edge.deviceId}/m`];
    return connections.add(lastConnectedTimeUtc).size >= 4;
  }, 'three renewals', 30_000);
  const numbers = await until(async () => {
    const distinct = [...new Set((await edge.events('m', start, 1)).map(({ text }) => Number(text)))];
    return distinct.length >= count && distinct;
  }, 'all messages', 30_000);
  assert.deepEqual(numbers, Array.from({ length: count }, (_, i) => i));
  assert.equal(await pidOf(edge, 'm'), pid);
});

works('edge: a module that is killed comes back, and hears what was desired meanwhile', async ({ hub }) => {
  const edge = await ready(hub);
  const before = await pidOf(edge, 'm');
  process.kill(before, 'SIGKILL');
  await hub.owner.updateModuleTwin(edge.deviceId, 'm', { properties: { desired: { meanwhile: 7 } } }, '*');
  await edge.reports('m', ({ pid, wanted }) => pid !== before && wanted === '{"meanwhile":7}', 'the new process has it');
  assert.ok(!lives(before));
  assert.equal(await edge.ask('m', 'echo', 'again'), 'again');
  await hub.owner.updateModuleTwin(edge.deviceId, 'm', { properties: { desired: { meanwhile: null } } }, '*');
  await edge.reports('m', ({ wanted }) => wanted === '{}', 'it is as before');
});

works('edge: a runtime that is killed comes back, and the module that ran on goes on', async ({ hub }) => {
  const edge = await ready(hub);
  const before = await pidOf(edge, 'm');
  const start = await hub.lastEvent();
  await edge.killRuntime();
  assert.ok(lives(before));
  await edge.startRuntime();
  await edge.ask('m', 'send', { output: 'up', texts: ['after it'] }, 40);
  assert.deepEqual((await edge.events('m', start, 1)).map(({ text }) => text), ['after it']);
  assert.equal(await pidOf(edge, 'm'), before);
});

refuses('edge: a method that nobody answers has timed out, and the next one is answered', async ({ hub }) => {
  const edge = await ready(hub);
  await refused(edge.call('m', 'silent', null, 5), { type: 'GatewayTimeoutError', status: 504, code: 'GatewayTimeout' });
  assert.equal(await edge.ask('m', 'echo', 1), 1);
});

refuses('edge: what fails in a module\'s method is its answer', async ({ hub }) => {
  const edge = await ready(hub);
  const { status, payload } = await edge.call('m', 'call', { module: 'sink', method: 'silent', port: edge.methodPort });
  assert.equal(status, 500);
  assert.equal(payload.error, 'GatewayTimeoutError', JSON.stringify(payload));
  const nobody = await edge.call('m', 'call', { module: 'nobody', method: 'echo', port: edge.methodPort });
  assert.equal(nobody.payload.error === 'DeviceNotFoundError' || /not found/i.test(nobody.payload.message), true, JSON.stringify(nobody));
});

refuses('edge: reported properties that the hub does not take stay out, and the next ones come in', async ({ hub }) => {
  const edge = await ready(hub);
  const { status, payload } = await edge.call('m', 'fill', { bytes: 5000 });
  assert.equal(status, 500, JSON.stringify(payload));
  assert.match(payload.message, /'filled' is a string of 5000 bytes/);
  await edge.ask('m', 'report', { after: 'that' });
  const reported = await edge.reports('m', ({ after }) => after === 'that', 'the next is there');
  assert.equal(reported.filled, undefined);
});

refuses('edge: a route into a module that is not there keeps its messages from nobody else', async ({ hub }) => {
  const edge = await hub.edge();
  await edge.deploy(usual, { ...routes, lost: 'FROM /messages/modules/m/outputs/up INTO BrokeredEndpoint("/modules/nobody/inputs/in")' });
  const start = await hub.lastEvent();
  await edge.ask('m', 'send', { output: 'up', texts: ['both ways'] });
  await edge.ask('m', 'send', { output: 'nowhere', texts: ['for nobody'] });
  await edge.ask('m', 'send', { output: 'up', texts: ['last'] });
  assert.deepEqual((await edge.events('m', start, 2)).map(({ text }) => text), ['both ways', 'last']);
});

refuses('edge: routes that cannot be read are reported, and those before stay in force', async ({ hub }) => {
  const edge = await ready(hub);
  for (const [route, says] of [['FROM /messages/modules/m/outputs/up INTO "sink"', /lost/], ['FROM /messages/* WHERE ((a INTO $upstream', /lost/]]) {
    await refused(edge.apply(usual, { ...routes, lost: route }), { type: 'ArgumentError', status: 400, code: 'ArgumentInvalid', says });
    // Past the hub's check: straight into the twin.
    await hub.owner.updateModuleTwin(edge.deviceId, '$edgeHub', { properties: { desired: { routes: { lost: route } } } }, '*');
    const { lastDesiredStatus } = await edge.reports('$edgeHub', (reported) => reported.lastDesiredStatus.code === 400, 'the route is refused');
    assert.match(lastDesiredStatus.description, says);
    const start = await hub.lastEvent();
    await edge.ask('m', 'send', { output: 'up', texts: ['still'] });
    assert.equal((await edge.events('m', start, 1))[0].text, 'still');
    await hub.owner.updateModuleTwin(edge.deviceId, '$edgeHub', { properties: { desired: { routes: { lost: null } } } }, '*');
    await edge.reports('$edgeHub', (reported) => reported.lastDesiredStatus.code === 200, 'the routes are taken again');
  }
});

refuses('edge: a process that is not the module gets no signature in its name', async ({ hub }) => {
  const edge = await ready(hub);
  const environment = edge.environmentOf(await pidOf(edge, 'm'));
  const outcome = await edge.stranger(environment);
  assert.equal(outcome.status ?? outcome.message, 403, JSON.stringify(outcome));
  assert.match(JSON.stringify(outcome.body), /is not module m/);
  assert.equal(await edge.ask('m', 'echo', 'undisturbed'), 'undisturbed');
});

refuses('edge: a generation that is over gets no signature', async ({ hub }) => {
  const edge = await ready(hub);
  const environment = edge.environmentOf(await pidOf(edge, 'm'));
  const outcome = await edge.stranger({ ...environment, IOTEDGE_MODULEGENERATIONID: '1' });
  assert.equal(outcome.status ?? outcome.message, 404, JSON.stringify(outcome));
});

refuses('edge: a module\'s own key, but not that of another one, lets into edgeHub', async ({ hub }) => {
  const edge = await ready(hub);
  const environment = edge.environmentOf(await pidOf(edge, 'sink'));
  const key = async (moduleId) => (await hub.owner.getModule(edge.deviceId, moduleId)).responseBody.authentication.symmetricKey.primaryKey;
  const text = (moduleId, secret) => `HostName=${environment.IOTEDGE_IOTHUBHOSTNAME};GatewayHostName=${environment.IOTEDGE_GATEWAYHOSTNAME};DeviceId=${edge.deviceId};ModuleId=${moduleId};SharedAccessKey=${secret}`;
  const common = { PATH: process.env.PATH, EdgeModuleCACertificateFile: edge.authority };
  assert.equal((await edge.stranger({ ...common, EdgeHubConnectionString: text('sink', await key('m')) })).type, 'UnauthorizedError');
  assert.equal((await edge.stranger({ ...common, EdgeHubConnectionString: text('nobody', await key('m')) })).type, 'UnauthorizedError');
  assert.equal(await edge.stranger({ ...common, EdgeHubConnectionString: text('sink', await key('sink')) }), 'let in');
  await edge.ask('sink', 'echo', 1, 40);
});

refuses('edge: a message that is too large ends the connection, and the module comes back', async ({ hub }) => {
  const edge = await ready(hub);
  const start = await hub.lastEvent();
  // The SDK has no limit of its own, and sends it again for as long as it is patient.
  await edge.call('m', 'large', { bytes: 300 * 1024 }, 5).catch(() => null);
  const before = await pidOf(edge, 'm');
  process.kill(before, 'SIGKILL');
  await edge.reports('m', ({ pid }) => pid !== before, 'a new process');
  await edge.ask('m', 'send', { output: 'up', texts: ['small'] });
  assert.deepEqual((await edge.events('m', start, 1)).map(({ text }) => text), ['small']);
});

refuses('edge: a module that the manifest takes away ends, is nobody any more, and cannot be called', async ({ hub }) => {
  const edge = await ready(hub);
  const pid = await pidOf(edge, 'sink');
  const environment = edge.environmentOf(pid);
  await edge.deploy({ m: usual.m }, { up: routes.up });
  await until(() => !lives(pid), 'its process ends');
  await refused(edge.call('sink', 'echo'), { status: 404, code: 'ModuleNotFound' });
  const outcome = await edge.stranger(environment);
  assert.equal(outcome.status ?? outcome.message, 404, JSON.stringify(outcome));
  assert.equal(await edge.ask('m', 'echo', 'stays'), 'stays');
});

refuses('edge: a module that is to be stopped is stopped, cannot be called, and comes back when it is wanted', async ({ hub }) => {
  const edge = await ready(hub);
  const pid = await pidOf(edge, 'm');
  await edge.deploy({ ...usual, m: module({ status: 'stopped', env: { MOOD: 'good' } }) }, routes, []);
  await until(() => !lives(pid), 'its process ends');
  await edge.reports('$edgeAgent', ({ modules }) => modules.m.runtimeStatus === 'stopped', 'the agent says so');
  // A module that only renews its token is away for a moment too.
  await until(async () => (await hub.owner.getModule(edge.deviceId, 'm')).responseBody.connectionState === 'Disconnected', 'the hub shows it as gone');
  await refused(hub.methods().invokeDeviceMethod(edge.deviceId, 'm', { methodName: 'echo', responseTimeoutInSeconds: 5, connectTimeoutInSeconds: 0 }), { status: 404, code: 'DeviceNotOnline' });
  await edge.deploy(usual, routes, []);
  await edge.reports('m', (reported) => reported.pid !== pid, 'it runs again');
  assert.equal(await edge.ask('m', 'echo', 1), 1);
});

refuses('edge: an image that nobody has fails in the report, and the other modules run on', async ({ hub }) => {
  const edge = await ready(hub);
  const pid = await pidOf(edge, 'm');
  await edge.deploy({ ...usual, other: { ...module(), settings: { image: 'nobody/has:1' } } }, routes, []);
  const { lastDesiredStatus } = await edge.reports('$edgeAgent', (reported) => reported.lastDesiredStatus.code === 500, 'the failure is reported');
  assert.match(lastDesiredStatus.description, /nobody\/has:1/);
  assert.equal(await edge.ask('m', 'echo', 2), 2);
  assert.equal(await pidOf(edge, 'm'), pid);
});
