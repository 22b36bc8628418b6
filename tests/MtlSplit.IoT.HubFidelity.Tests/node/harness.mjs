// Collects cases, runs them one after the other, and prints a line of JSON for each.
import assert from 'node:assert/strict';

const cases = [];
const patience = 60_000;

/** A case in which everything goes well. */
export const works = (name, run) => cases.push({ name, run });

/** A case in which the hub refuses something, and in which its answer and its effect are asserted. */
export const refuses = (name, run) => cases.push({ name, run });

/** Runs all cases, or those whose names contain a text. */
export async function runAll(hub, filter) {
  for (const one of cases.filter(({ name }) => !filter || name.includes(filter))) {
    const clients = [];
    const began = performance.now();
    let fault = null;
    try {
      await within(one.run({ hub, unique: unique(one.name), open: (client) => (clients.push(client), client) }), patience, one.name);
    } catch (error) {
      fault = error?.stack ?? String(error);
    }

    for (const client of clients) {
      try {
        await within(client.close(), 5_000, 'the client closes');
      } catch {
        // A client whose connection the hub ended has nothing to close.
      }
    }

    console.log(JSON.stringify({ name: one.name, fault, milliseconds: Math.round(performance.now() - began) }));
  }
}

let made = 0;

/** Names that no other case has. */
function unique(name) {
  const stem = name.replace(/[^a-z0-9]+/gi, '-').toLowerCase().slice(0, 40).replace(/-$/, '');
  return (suffix = 'd') => `${stem}-${suffix}-${++made}`;
}

/** Waits for a promise, and says what did not happen. */
export async function within(promise, milliseconds, what) {
  let timer;
  try {
    return await Promise.race([promise, new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`Within ${milliseconds} ms this did not happen: ${what}`)), milliseconds);
    })]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits until something holds. */
export async function until(holds, what, milliseconds = 15_000) {
  const began = performance.now();
  for (;;) {
    const value = await holds();
    if (value) {
      return value;
    }

    assert.ok(performance.now() - began < milliseconds, `Within ${milliseconds} ms this did not happen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The next event of an emitter. */
export const next = (emitter, event, what = event) => within(new Promise((resolve) => emitter.once(event, resolve)), 15_000, what);

/** Asserts that a call of the service is refused: the SDK's class of error, the status, and the code in the body. */
export async function refused(promise, { type, status, code, says }) {
  const error = await promise.then(() => null, (e) => e);
  assert.ok(error, 'nothing was refused');
  if (type) {
    assert.equal(error.constructor.name, type, error.stack);
  }

  if (status) {
    assert.equal(error.response?.statusCode ?? error.statusCode, status, error.stack);
  }

  const body = typeof error.responseBody === 'string' ? error.responseBody : JSON.stringify(error.responseBody ?? '');
  if (code) {
    assert.match(body, new RegExp(`ErrorCode:${code};`));
  }

  if (says) {
    assert.match(body, says);
  }

  return error;
}

/** Asserts that a client is not let in. */
export async function keptOut(promise, type = 'UnauthorizedError') {
  const error = await promise.then(() => null, (e) => e);
  assert.ok(error, 'the client was let in');
  assert.equal(error.constructor.name, type, error.stack);
  return error;
}
