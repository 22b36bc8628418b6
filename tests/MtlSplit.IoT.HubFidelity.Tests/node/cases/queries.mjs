import assert from 'node:assert/strict';
import { refused, refuses, works } from '../harness.mjs';

async function fleet(hub, unique, twins) {
  const group = unique('group');
  const ids = [];
  for (const [i, twin] of twins.entries()) {
    const id = `${group}-${String(i).padStart(3, '0')}`;
    await hub.device(id);
    await hub.owner.updateTwin(id, { tags: { group, ...twin } }, '*');
    ids.push(id);
  }

  return { group, ids };
}

async function all(hub, text, pageSize) {
  const query = hub.owner.createQuery(text, pageSize);
  const pages = [];
  while (query.hasMoreResults) {
    pages.push((await query.next(query.continuationToken)).result);
  }

  return { rows: pages.flat(), pages };
}

works('queries: twins are found by their tags', async ({ hub, unique }) => {
  const { group, ids } = await fleet(hub, unique, [{ ring: 'canary', n: 1 }, { ring: 'fleet', n: 2 }, { ring: 'fleet', n: 30 }]);
  const found = async (condition) => (await all(hub, `SELECT * FROM devices WHERE tags.group = '${group}' AND (${condition})`)).rows.map((twin) => ids.indexOf(twin.deviceId));
  assert.deepEqual(await found("tags.ring = 'fleet'"), [1, 2]);
  assert.deepEqual(await found('tags.ring != "fleet"'), [0]);
  assert.deepEqual(await found('tags.n >= 2 and tags.n < 30'), [1]);
  assert.deepEqual(await found("tags.n * 2 + 1 = 5 OR tags.ring = 'canary'"), [0, 1]);
  assert.deepEqual(await found("tags.ring IN ['canary', 'other']"), [0]);
  assert.deepEqual(await found("tags.ring NIN ['canary', 'other']"), [1, 2]);
  assert.deepEqual(await found('NOT tags.n = 1'), [1, 2]);
  assert.deepEqual(await found('is_defined(tags.n) AND tags.n <> 30'), [0, 1]);
});

works('queries: what is undefined matches nothing', async ({ hub, unique }) => {
  const { group, ids } = await fleet(hub, unique, [{ a: 1 }, { b: 1 }]);
  const found = async (condition) => (await all(hub, `SELECT * FROM devices WHERE tags.group = '${group}' AND (${condition})`)).rows.map((twin) => ids.indexOf(twin.deviceId));
  assert.deepEqual(await found('tags.a = 1'), [0]);
  assert.deepEqual(await found('tags.a != 1'), []);
  assert.deepEqual(await found('NOT (tags.a = 1)'), []);
  assert.deepEqual(await found('NOT is_defined(tags.a)'), [1]);
  assert.deepEqual(await found('tags.a = 1 OR tags.b = 1'), [0, 1]);
  assert.deepEqual(await found("tags.a < 'x'"), []);
});

works('queries: twins come as the SDK\'s twins', async ({ hub, unique }) => {
  const { group, ids } = await fleet(hub, unique, [{}]);
  const query = hub.owner.createQuery(`SELECT * FROM devices WHERE tags.group = '${group}'`);
  const { result } = await query.nextAsTwin();
  assert.equal(result[0].deviceId, ids[0]);
  assert.equal(result[0].constructor.name, 'Twin');
  await result[0].update({ tags: { seen: true } });
  assert.equal((await hub.owner.getTwin(ids[0])).responseBody.tags.seen, true);
});

works('queries: pages follow one another until there are no more', async ({ hub, unique }) => {
  const { group, ids } = await fleet(hub, unique, Array.from({ length: 7 }, () => ({})));
  const { rows, pages } = await all(hub, `SELECT deviceId FROM devices WHERE tags.group = '${group}'`, 3);
  assert.deepEqual(pages.map((page) => page.length), [3, 3, 1]);
  assert.deepEqual(rows.map((row) => row.deviceId), ids);
});

works('queries: pages do not shift when a twin goes in between', async ({ hub, unique }) => {
  const { group, ids } = await fleet(hub, unique, Array.from({ length: 4 }, () => ({})));
  const query = hub.owner.createQuery(`SELECT deviceId FROM devices WHERE tags.group = '${group}'`, 2);
  const first = (await query.next(query.continuationToken)).result;
  await hub.owner.delete(ids[0]);
  const second = (await query.next(query.continuationToken)).result;
  assert.deepEqual([...first, ...second].map((row) => row.deviceId), ids);
});

works('queries: columns have names, and what a twin lacks is left out', async ({ hub, unique }) => {
  const { group } = await fleet(hub, unique, [{ ring: 'canary', 'deep': { er: 1 } }, {}]);
  const { rows } = await all(hub, `SELECT tags.ring AS ring, tags.deep.er, properties.desired.$version AS v FROM devices WHERE tags.group = '${group}'`);
  assert.deepEqual(rows, [{ ring: 'canary', er: 1, v: 1 }, { v: 1 }]);
});

works('queries: TOP ends a result', async ({ hub, unique }) => {
  const { group, ids } = await fleet(hub, unique, [{}, {}, {}]);
  const { rows } = await all(hub, `SELECT TOP 2 deviceId FROM devices WHERE tags.group = '${group}'`, 1);
  assert.deepEqual(rows.map((row) => row.deviceId), ids.slice(0, 2));
});

works('queries: groups are counted and summed up', async ({ hub, unique }) => {
  const { group } = await fleet(hub, unique, [{ ring: 'a', n: 1 }, { ring: 'b', n: 2 }, { ring: 'a', n: 4 }, { n: 'word' }]);
  const { rows } = await all(hub, `SELECT tags.ring AS ring, COUNT() AS number, SUM(tags.n) AS total, AVG(tags.n) AS mean, MIN(tags.n) AS least, MAX(tags.n) AS most FROM devices WHERE tags.group = '${group}' GROUP BY tags.ring`);
  assert.deepEqual(rows, [
    { ring: 'a', number: 2, total: 5, mean: 2.5, least: 1, most: 4 },
    { ring: 'b', number: 1, total: 2, mean: 2, least: 2, most: 2 },
    { number: 1, total: 0 },
  ]);
  assert.deepEqual((await all(hub, `SELECT COUNT() AS number FROM devices WHERE tags.group = '${group}'`)).rows, [{ number: 4 }]);
});

works('queries: modules are a collection of their own', async ({ hub, unique }) => {
  const { device } = await hub.module(unique(), 'head');
  const { rows } = await all(hub, `SELECT * FROM devices.modules WHERE deviceId = '${device.deviceId}' AND moduleId = 'head'`);
  assert.equal(rows.length, 1);
  assert.equal(rows[0].moduleId, 'head');
});

works('queries: headers say what the rows are', async ({ hub, unique }) => {
  const { group } = await fleet(hub, unique, [{}, {}]);
  const ask = (query, headers) => hub.request('POST', '/devices/query', { body: { query }, headers });
  const twins = await ask(`SELECT * FROM devices WHERE tags.group = '${group}'`, { 'x-ms-max-item-count': '1' });
  assert.equal(twins.headers['x-ms-item-type'], 'Twin');
  assert.ok(twins.headers['x-ms-continuation']);
  const raw = await ask(`SELECT deviceId FROM devices WHERE tags.group = '${group}'`);
  assert.equal(raw.headers['x-ms-item-type'], 'Raw');
  assert.equal(raw.headers['x-ms-continuation'], undefined);
});

refuses('queries: what is not supported is refused by name and place', async ({ hub }) => {
  for (const [text, says] of [
    ['SELECT * FROM devices ORDER BY deviceId', /'ORDER' is not supported \(position 23\)/],
    ['SELECT * FROM devices WHERE STARTSWITH(deviceId, \'a\')', /STARTSWITH is not supported.*\(position 29\)/],
    ['SELECT * FROM devices WHERE deviceId LIKE \'a%\'', /'LIKE' is not supported \(position 38\)/],
    ['SELECT * FROM devices.jobs', /'devices\.jobs' is not supported/],
    ['SELECT * FROM things', /no collection 'things'/],
    ['SELECT * FROM devices WHERE nonsense = 1', /'nonsense' is no property/],
    ['SELECT * FROM devices WHERE tags.list[0] = 1', /index into an array is not supported/],
    ['SELECT tags.a AS a, COUNT() AS n FROM devices', /'tags\.a' is neither aggregated nor/],
    ['SELECT COUNT() FROM devices', /COUNT needs a name/],
  ]) {
    await refused(hub.owner.createQuery(text).next(), { type: 'ArgumentError', status: 400, code: 'ArgumentInvalid', says });
  }
});

refuses('queries: what is malformed is refused by its place', async ({ hub }) => {
  for (const text of ['SELECT', 'SELECT *', 'SELECT * FROM devices WHERE', 'SELECT * FROM devices WHERE tags.a = ', "SELECT * FROM devices WHERE tags.a = 'x", 'SELECT * FROM devices WHERE (tags.a = 1', 'SELECT * FROM devices; DROP TABLE devices', 'SELECT * FROM devices WHERE tags.a IN []']) {
    await refused(hub.owner.createQuery(text).next(), { type: 'ArgumentError', status: 400, code: 'ArgumentInvalid', says: /position \d+/ });
  }
});

refuses('queries: a continuation of another query is none', async ({ hub, unique }) => {
  const { group } = await fleet(hub, unique, [{}, {}]);
  const ask = (query, headers) => hub.request('POST', '/devices/query', { body: { query }, headers });
  const first = await ask(`SELECT * FROM devices WHERE tags.group = '${group}'`, { 'x-ms-max-item-count': '1' });
  for (const token of [first.headers['x-ms-continuation'], 'nonsense', 'bm9uc2Vuc2U=']) {
    const { status, body } = await ask('SELECT * FROM devices', { 'x-ms-continuation': token });
    assert.equal(status, 400);
    assert.match(body.Message, /^ErrorCode:ArgumentInvalid;.*continuation/);
  }
});

refuses('queries: a page has at most 1000 rows', async ({ hub }) => {
  for (const size of ['0', '1001', 'many']) {
    const { status, body } = await hub.request('POST', '/devices/query', { body: { query: 'SELECT * FROM devices' }, headers: { 'x-ms-max-item-count': size } });
    assert.equal(status, 400);
    assert.match(body.Message, /x-ms-max-item-count/);
  }
});
