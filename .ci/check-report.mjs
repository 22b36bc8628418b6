// Checks the report of `mtlsplit demo --report FILE`: it says all it should, nothing was lost, retraining brought half of the fall back, every
// vehicle moved to the new backbone without losing a frame, and the damaged bundle was refused.
import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const faults = [];
const expect = (holds, what) => holds || faults.push(what);
const number = (value, path) => expect(Number.isFinite(value), `${path} is ${JSON.stringify(value)}, not a number`);

for (const name of ['frames', 'featuresPublished', 'bytesPerFeature', 'bytesPerRawFrame']) {
  number(report[name], name);
  expect(report[name] > 0, `${name} is ${report[name]}; more than 0 is expected`);
}

for (const name of ['lost', 'duplicates']) {
  expect(report[name] === 0, `${name} is ${report[name]}; 0 is expected`);
}

number(report.redelivered, 'redelivered');
expect(report.bytesPerFeature < report.bytesPerRawFrame, 'a feature is no smaller than the frame that it stands for');
number(report.latencyMs?.p50, 'latencyMs.p50');
number(report.latencyMs?.p99, 'latencyMs.p99');
expect(report.latencyMs?.p50 <= report.latencyMs?.p99, 'the median latency is above the 99th percentile');

number(report.firstPredictionSeconds, 'firstPredictionSeconds');
expect(report.firstPredictionSeconds <= 15, `the first prediction came after ${report.firstPredictionSeconds} s; 15 are allowed`);

const tasks = Object.keys(report.predictions ?? {});
expect(tasks.length >= 2, `predictions are of ${tasks.length} tasks; two are expected`);
let fell = 0;
for (const task of tasks) {
  expect(report.predictions[task] > 0, `there is no prediction of ${task}`);
  const accuracy = report.accuracy?.[task];
  for (const name of ['before', 'shifted', 'recovered', 'renewed']) {
    const share = accuracy?.[name];
    expect(share >= 0 && share <= 1, `accuracy.${task}.${name} is ${JSON.stringify(share)}, not a fraction`);
  }

  const fall = accuracy?.before - accuracy?.shifted;
  if (fall >= 0.1) {
    fell++;
    const regained = accuracy.recovered - accuracy.shifted;
    expect(regained >= fall / 2, `${task} fell by ${fall.toFixed(3)} and got only ${regained.toFixed(3)} back; half is expected`);
  }
}

for (const task of tasks) {
  const renewed = report.accuracy?.[task]?.renewed;
  expect(renewed >= 0.9, `accuracy.${task}.renewed is ${renewed}; 0.9 is expected of the new backbone in the unseen light`);
}

const digest = /^[0-9a-f]{64}$/;
const moved = new Set();
for (const [i, move] of (report.rollout ?? []).entries()) {
  const path = `rollout[${i}]`;
  expect(!moved.has(move.vehicle), `${path}: ${move.vehicle} moved twice`);
  moved.add(move.vehicle);
  expect(digest.test(move.from) && digest.test(move.to) && move.from !== move.to, `${path} goes from ${move.from} to ${move.to}; two digests are expected`);
  number(move.seconds, `${path}.seconds`);
  expect(move.seconds > 0, `${path}.seconds is ${move.seconds}; more than 0 is expected`);
  expect(move.framesLost === 0, `${path}: ${move.vehicle} lost ${move.framesLost} frames; 0 is expected`);
}

expect(moved.size === 3, `${moved.size} vehicles moved to the new backbone; all three are expected`);
expect(report.refused?.length === 1, `${report.refused?.length ?? 'no'} bundles were refused; the damaged one alone is expected`);
for (const refusal of report.refused ?? []) {
  expect(moved.has(refusal.vehicle), `${refusal.vehicle} refused a bundle and did not go on to the sound one`);
  expect(digest.test(refusal.digest) && !report.rollout.some((move) => move.to === refusal.digest), `the refused bundle is ${refusal.digest}`);
  for (const name of ['code', 'reason']) {
    expect(typeof refusal[name] === 'string' && refusal[name].length > 0, `refused.${name} is ${JSON.stringify(refusal[name])}; words are expected`);
  }
}

number(report.seconds, 'seconds');
expect(report.seconds <= 240, `it took ${report.seconds} s; 240 are allowed`);
expect(fell > 0, `no task fell by 10 points in the unseen light: ${JSON.stringify(report.accuracy)}`);
for (const fault of faults) {
  console.error(`${process.argv[2]}: ${fault}`);
}

process.exit(faults.length === 0 ? 0 : 1);
