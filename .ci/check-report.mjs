// Checks the report of `mtlsplit demo --report FILE`: it says all it should, nothing was lost, and retraining brought half of the fall back.
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
  for (const name of ['before', 'shifted', 'recovered']) {
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

expect(fell > 0, `no task fell by 10 points in the unseen light: ${JSON.stringify(report.accuracy)}`);
for (const fault of faults) {
  console.error(`${process.argv[2]}: ${fault}`);
}

process.exit(faults.length === 0 ? 0 : 1);
